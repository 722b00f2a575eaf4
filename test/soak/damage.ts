import { isDeepStrictEqual } from 'node:util';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { IngestionRecord, RunRecord } from '../../src/protocol/ingestion-log.ts';
import { MetadataStore } from '../../src/records/metadata-store.ts';
import type { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import type { PlatformFixture } from '../platform/platform-fixture.ts';
import type { CrashFile } from './crash-input.ts';
import { filesTwoBelow, namesIn, type CrashingPlatform } from './crashing-platform.ts';

/** The staged files by tenant. */
export type StagedFiles = Map<string, CrashFile[]>;

const shown = 5;

/** Holds what crashes have left against what a platform left that nobody disturbed. @returns all differences, in words */
export async function damage(
  crashed: PlatformFixture,
  clean: PlatformFixture,
  platform: CrashingPlatform,
  staged: StagedFiles,
): Promise<string[]> {
  const problems: string[] = [];
  const is = await recordsOf(crashed.folder);
  const should = await recordsOf(clean.folder);
  for (const [tenant, files] of staged) {
    for (const file of files) {
      const what = `${tenant}/${file.name}`;
      const of = (records: { files: IngestionRecord[] }) =>
        records.files.filter((record) => record.tenant === tenant && record.file === file.name);
      problems.push(...(await fileDamage(crashed.folder, clean.folder, of(is), of(should), file, what)));
    }
    const [rows, wanted] = [await storedRows(crashed, tenant), await storedRows(clean, tenant)];
    problems.push(...difference(rows, wanted, `rows of ${tenant}`));
    problems.push(...ledgerDamage(crashed.folder, tenant, files));
    const left = namesIn(crashed.folder.staging(tenant));
    if (left.length > 0) problems.push(`${tenant}: left in staging: ${left.join(', ')}`);
    problems.push(...(await logDamage(crashed.folder, tenant, files)));
  }
  const files = [...staged.values()].flat().length;
  if (is.files.length !== files) problems.push(`${is.files.length} records in the ingestion log for ${files} files`);
  problems.push(...runDamage(is.runs));
  const work = namesIn(crashed.folder.workFolders);
  if (work.length > 0) problems.push(`left in work: ${work.join(', ')}`);
  const orphans = platform.runnersLeft();
  if (orphans.length > 0) problems.push(`processes left behind: ${orphans.join(', ')}`);
  problems.push(...(await faultsLogged(crashed.folder)));
  return problems;
}

async function fileDamage(
  crashed: PlatformFolder,
  clean: PlatformFolder,
  is: IngestionRecord[],
  should: IngestionRecord[],
  file: CrashFile,
  what: string,
): Promise<string[]> {
  const [record, ...more] = is;
  const [wanted] = should;
  if (!record || !wanted || more.length > 0) {
    return [`${what} is ${is.length} times in the ingestion log: ${JSON.stringify(is.map(({ outcome }) => outcome))}`];
  }
  const problems: string[] = [];
  const { read, stored, filtered, quarantined } = record.counters;
  if (read !== stored + filtered + quarantined) problems.push(`${what}: ${JSON.stringify(record.counters)}`);
  if (!isDeepStrictEqual({ read, stored, filtered, quarantined }, file.expected)) {
    problems.push(`${what}: counted ${JSON.stringify(record.counters)}, made ${JSON.stringify(file.expected)}`);
  }
  const essence = ({ outcome, app, table, fileBytes, sha256, counters, cause, warnings }: IngestionRecord) => ({
    ...{ outcome, app, table, fileBytes, sha256, counters, cause, warnings },
  });
  if (!isDeepStrictEqual(essence(record), essence(wanted))) {
    problems.push(`${what}: recorded ${JSON.stringify(essence(record))}, not ${JSON.stringify(essence(wanted))}`);
  }
  problems.push(
    ...difference(
      await rejectsOf(crashed, record),
      await rejectsOf(clean, wanted),
      `quarantine of ${what}`,
      'in order',
    ),
  );
  const location = join(crashed.root, record.location ?? '');
  if (!existsSync(location)) problems.push(`${what}: it is not at ${record.location ?? 'any place'}`);
  else if (!(await readFile(location)).equals(file.content)) problems.push(`${what}: its content has changed`);
  const places = [
    ...filesTwoBelow(join(crashed.state, 'archive')),
    ...filesTwoBelow(join(crashed.state, 'quarantine'), 'files'),
  ].filter((path) => path.startsWith(`${record.tenant}/`) && path.endsWith(`/${file.name}`));
  if (places.length !== 1) problems.push(`${what}: it is at ${places.join(' and ') || 'no place'}`);
  return problems;
}

async function recordsOf(folder: PlatformFolder): Promise<{ files: IngestionRecord[]; runs: RunRecord[] }> {
  const store = await MetadataStore.open({ metadata: folder.metadataFile });
  try {
    return { files: await store.ingestionLog({ limit: 10_000 }), runs: await store.runLog({ limit: 10_000 }) };
  } finally {
    await store.dispose();
  }
}

async function rejectsOf(folder: PlatformFolder, { quarantine }: IngestionRecord): Promise<string[]> {
  if (quarantine === null) return [];
  return (await readFile(join(folder.root, quarantine), 'utf8')).split('\n');
}

/** Rows as the port gives them, and the write time of each from the embedded store's own table. */
async function storedRows(fixture: PlatformFixture, tenant: string): Promise<string[]> {
  const rows = (await fixture.rows(tenant)).map((row) =>
    JSON.stringify(row, (_, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)),
  );
  const db = new DatabaseSync(fixture.folder.embeddedKeyspace(tenant), { readOnly: true });
  try {
    const counted: unknown = db.prepare(`SELECT "row_count" AS rows FROM "__tables" WHERE "name" = 'items'`).get();
    const times = db.prepare(`SELECT "origin", "id", "part", "__write_time" FROM "items"`).all();
    return [...rows, JSON.stringify(counted), ...times.map((row) => JSON.stringify(row))];
  } finally {
    db.close();
  }
}

function ledgerDamage(folder: PlatformFolder, tenant: string, files: readonly CrashFile[]): string[] {
  const db = new DatabaseSync(folder.metadataFile, { readOnly: true });
  try {
    const rows = db.prepare('SELECT file, state FROM ledger WHERE tenant = ?').all(tenant) as Record<string, string>[];
    return difference(
      rows.map(({ file, state }) => `${file} ${state}`),
      files.map(({ name }) => `${name} ingested`),
      `ledger of ${tenant}`,
    );
  } finally {
    db.close();
  }
}

/** The log for people may lack what a control plane had not written at its end, but says nothing twice. */
async function logDamage(folder: PlatformFolder, tenant: string, files: readonly CrashFile[]): Promise<string[]> {
  const told = (await linesOf(folder.batchAppLog(tenant))).filter(({ type }) => type === 'file');
  return files.flatMap(({ name }) => {
    const times = told.filter((line) => line.file === name).length;
    return times > 1 ? [`${tenant}/${name} is ${times} times in the tenant's log`] : [];
  });
}

function runDamage(runs: readonly RunRecord[]): string[] {
  const ids = runs.map(({ runId }) => runId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const failed = runs.filter(({ outcome }) => outcome !== 'done');
  return [
    ...twice.map((id) => `run ${id} is recorded twice`),
    ...failed.map(({ runId, outcome, cause }) => `run ${runId} is ${outcome}: ${JSON.stringify(cause)}`),
  ];
}

/** A crash from outside is no fault of the platform. */
async function faultsLogged(folder: PlatformFolder): Promise<string[]> {
  const lines = await linesOf(folder.platformLog);
  return lines.filter(({ level }) => level === 'error').map((line) => `platform.log: ${JSON.stringify(line)}`);
}

async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      // A control plane was killed within the line.
      return [];
    }
  });
}

function difference(is: string[], should: string[], what: string, order: 'in order' | 'in any order' = 'in any order') {
  const [left, right] = order === 'in order' ? [is, should] : [[...is].sort(), [...should].sort()];
  if (isDeepStrictEqual(left, right)) return [];
  const wanted = new Set(right);
  const found = new Set(left);
  const extra = left.filter((line) => !wanted.has(line));
  const missing = right.filter((line) => !found.has(line));
  const some = (lines: string[]) => lines.slice(0, shown).join('\n    ');
  return [
    `${what}: ${left.length} instead of ${right.length}; ${extra.length} that do not belong there:\n    ${some(extra)}\n  ${missing.length} missing:\n    ${some(missing)}`,
  ];
}
