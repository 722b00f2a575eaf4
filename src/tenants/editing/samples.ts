import type { Dirent } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { CsvFormat } from '../../protocol/formats.ts';
import { inferColumn } from '../column-types.ts';
import { readSample } from '../csv-sample.ts';
import { fileGlob, fileGlobError } from '../file-glob.ts';
import { nearestName } from '../schema-diagnostics.ts';
import { isInside } from '../tenant-paths.ts';

/** A file as the tenant delivers them, by which a profile can be checked. */
export interface Sample {
  /** Absolute. */
  path: string;
  /** Relative to the tenant's folder, with '/': `staging/day.csv`. */
  name: string;
}

/** Where samples are looked for below `tenants/<tenant>`, the surest first. */
const sampleFolders = ['samples', 'sample', 'staging'];
/** Names of a folder that are looked at; one with more is a backlog of files that are alike. */
const maxNames = 1000;
/** A header is at the very start. */
const headerBytes = 64 * 1024;
const unfinished = /^\.|\.(part|tmp)$/;

/** Names of the files that could be samples, at most a thousand a folder; of two the one that comes first in the alphabet first. */
export async function listSamples(folder: PlatformFolder, tenant: string): Promise<Sample[]> {
  const root = folder.tenant(tenant);
  const found: Sample[] = [];
  for (const place of sampleFolders) {
    const names = await filesIn(join(root, place));
    for (const name of names) found.push({ path: join(root, place, name), name: `${place}/${name}` });
  }
  return found;
}

async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    const entries: AsyncIterable<Dirent> = await opendir(folder);
    let looked = 0;
    for await (const entry of entries) {
      if (entry.isFile() && !unfinished.test(entry.name)) names.push(entry.name);
      if (++looked === maxNames) break;
    }
  } catch {
    // There need not be any.
    return [];
  }
  return names.sort();
}

/** The first sample that an app's glob takes. Links that lead out of the tenant's folder are passed over. */
export async function sampleFor(folder: PlatformFolder, tenant: string, files: string): Promise<Sample | undefined> {
  if (fileGlobError(files) !== undefined) return undefined;
  const takes = fileGlob(files);
  for (const sample of await listSamples(folder, tenant)) {
    if (!takes(basename(sample.path))) continue;
    if (await isInside(folder.tenant(tenant), sample.path)) return sample;
  }
  return undefined;
}

/** The fields of the first record of a CSV file, trimmed as a header is; undefined when there is none that can be read. */
export async function readFirstRecord(path: string, format: CsvFormat): Promise<string[] | undefined> {
  const handle = await open(path, 'r');
  let bytes: Buffer;
  try {
    const buffer = Buffer.alloc(headerBytes);
    bytes = buffer.subarray(0, (await handle.read(buffer, 0, headerBytes, 0)).bytesRead);
  } finally {
    await handle.close();
  }
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (gzipped && format.compression !== 'none') {
    // The rest of the file is missing; what unpacks to more than that has no header to speak of.
    const limits = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: headerBytes * 1100 };
    bytes = gunzipSync(bytes, limits).subarray(0, headerBytes);
  }
  const text = new TextDecoder(format.encoding).decode(bytes, { stream: true });
  const { delimiter, quote, escape } = format;
  const records = parse(text, {
    delimiter,
    quote,
    escape: escape ?? '"',
    to: 1,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  return records[0]?.map((field) => field.trim());
}

/** A column of a sample: its title there, the name and the CQL type that it would have in a table. */
export interface SampleColumn {
  title: string;
  name: string;
  type: string;
}

const types = new Map<string, { stamp: string; columns: SampleColumn[] }>();
const maxRemembered = 20;

/** The columns of a delimited sample with types inferred from its rows; none when it cannot be read as one. */
export async function sampleColumns({ path }: Sample): Promise<SampleColumn[]> {
  try {
    const { size, mtimeMs } = await stat(path);
    const stamp = `${size}:${mtimeMs}`;
    const known = types.get(path);
    if (known?.stamp === stamp) return known.columns;
    const { header, rows } = await readSample(path);
    const columns = header.map((title, index) => ({
      title: title.trim(),
      name: nearestName(title) ?? `column_${index + 1}`,
      type: inferColumn(rows.map((row) => row[index] ?? '')).type,
    }));
    if (types.size >= maxRemembered) types.clear();
    types.set(path, { stamp, columns });
    return columns;
  } catch {
    return [];
  }
}
