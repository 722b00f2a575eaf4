import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { clientOf } from '../../src/coredms/cassandra/connect-client.ts';
import { readingAccess } from '../../src/coredms/location.ts';
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
      const same = files.filter(({ content }) => content === file.content).map(({ name }) => name);
      const of = (records: { files: IngestionRecord[] }) =>
        records.files.filter((record) => record.tenant === tenant && same.includes(record.file));
      problems.push(...(await fileDamage(crashed.folder, clean.folder, of(is), of(should), file, tenant)));
    }
    const [rows, wanted] = [await storedRows(crashed, tenant), await storedRows(clean, tenant)];
    problems.push(...difference(rows, wanted, `rows of ${tenant}`));
    problems.push(...ledgerDamage(crashed.folder, tenant, files, is.files));
    const left = namesIn(crashed.folder.staging(tenant));
    if (left.length > 0) problems.push(`${tenant}: left in staging: ${left.join(', ')}`);
    problems.push(...(await logDamage(crashed.folder, tenant, files)));
  }
  const files = [...staged.values()].flat().length;
  if (is.files.length !== files) problems.push(`${is.files.length} records in the ingestion log for ${files} files`);
  problems.push(...runDamage(is.runs, [...staged.values()].flat().filter(({ fails }) => fails).length));
  const work = namesIn(crashed.folder.workFolders);
  if (work.length > 0) problems.push(`left in work: ${work.join(', ')}`);
  const orphans = platform.runnersLeft();
  if (orphans.length > 0) problems.push(`processes left behind: ${orphans.join(', ')}`);
  problems.push(...(await faultsLogged(crashed.folder)));
  return problems;
}

/** @param is records of all files with the content of `file`: one of them is ingested, whichever comes first, the others are not */
async function fileDamage(
  crashed: PlatformFolder,
  clean: PlatformFolder,
  is: IngestionRecord[],
  should: IngestionRecord[],
  file: CrashFile,
  tenant: string,
): Promise<string[]> {
  const what = `${tenant}/${file.name}`;
  const [record, ...more] = is.filter((candidate) => candidate.file === file.name);
  if (!record || more.length > 0) {
    return [`${what} is ${more.length + (record ? 1 : 0)} times in the ingestion log: ${JSON.stringify(more)}`];
  }
  const taken = is.filter(({ outcome }) => outcome !== 'duplicate');
  if (taken.length !== 1) return [`${what}: ${taken.length} of the files with its content were taken`];
  const isCopy = record.outcome === 'duplicate';
  const wanted = should.find(({ outcome }) => (outcome === 'duplicate') === isCopy);
  if (!wanted) return [`${what} is ${record.outcome}, as no file of the clean platform with its content`];
  return [
    ...(isCopy ? [] : await contentDamage(crashed, clean, record, wanted, file, what)),
    ...(await placeDamage(crashed, record, file, what)),
  ];
}

async function contentDamage(
  crashed: PlatformFolder,
  clean: PlatformFolder,
  record: IngestionRecord,
  wanted: IngestionRecord,
  file: CrashFile,
  what: string,
): Promise<string[]> {
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
  return problems;
}

async function placeDamage(
  crashed: PlatformFolder,
  record: IngestionRecord,
  file: CrashFile,
  what: string,
): Promise<string[]> {
  const problems: string[] = [];
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

/** Without the name of the file: of two with the same content either may be the one that is taken. */
async function rejectsOf(folder: PlatformFolder, { quarantine, file }: IngestionRecord): Promise<string[]> {
  if (quarantine === null) return [];
  const text = await readFile(join(folder.root, quarantine), 'utf8');
  return text.replaceAll(`"file":${JSON.stringify(file)}`, '"file":""').split('\n');
}

/** Rows as the port gives them, and the write time of each from the embedded store's own table. */
async function storedRows(fixture: PlatformFixture, tenant: string): Promise<string[]> {
  const rows = (await fixture.rows(tenant)).map((row) =>
    JSON.stringify(row, (_, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)),
  );
  return [...rows, ...(await writeTimes(fixture.folder, tenant))];
}

/** Of each row: what later files of the tenant are held against. Cassandra has one for each cell that has a value. */
async function writeTimes(folder: PlatformFolder, tenant: string): Promise<string[]> {
  const text = ({ origin, id, part, time }: Record<string, unknown>) => [origin, id, part, time].map(String).join(' ');
  const access = await readingAccess(folder, tenant);
  if (access?.target.kind === 'cassandra') {
    const client = await clientOf(access.target.cluster, access.secrets);
    try {
      await client.connect();
      const select = `SELECT origin, id, part, writetime(amount) AS time FROM ${tenant}.items`;
      const times: string[] = [];
      for await (const row of await client.execute(select, [], { fetchSize: 5000 })) {
        times.push(text(row));
      }
      return times;
    } finally {
      await client.shutdown();
    }
  }
  const db = new DatabaseSync(folder.embeddedKeyspace(tenant), { readOnly: true });
  try {
    const counted: unknown = db.prepare(`SELECT "row_count" AS rows FROM "__tables" WHERE "name" = 'items'`).get();
    const times = db.prepare(`SELECT "origin", "id", "part", "__write_time" AS time FROM "items"`).all() as Record<
      string,
      unknown
    >[];
    assert.deepEqual({ ...(counted as object) }, { rows: times.length });
    return times.map(text);
  } finally {
    db.close();
  }
}

function ledgerDamage(
  folder: PlatformFolder,
  tenant: string,
  files: readonly CrashFile[],
  records: readonly IngestionRecord[],
): string[] {
  const copies = new Set(
    records.filter((record) => record.tenant === tenant && record.outcome === 'duplicate').map((record) => record.file),
  );
  const db = new DatabaseSync(folder.metadataFile, { readOnly: true });
  try {
    const rows = db.prepare('SELECT file, state FROM ledger WHERE tenant = ?').all(tenant) as Record<string, string>[];
    return difference(
      rows.map(({ file, state }) => `${file} ${state}`),
      files
        .filter(({ name }) => !copies.has(name))
        .map(({ name, fails }) => `${name} ${fails ? 'released' : 'ingested'}`),
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

/** @param failing how many runs have a file that they cannot survive */
function runDamage(runs: readonly RunRecord[], failing: number): string[] {
  const ids = runs.map(({ runId }) => runId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const ownFault = ({ outcome, cause }: RunRecord) => outcome === 'failed' && cause?.code === 'APP_EXITED';
  const failed = runs.filter((run) => run.outcome !== 'done' && !ownFault(run));
  const fatal = runs.filter(ownFault).length;
  return [
    ...(fatal === failing ? [] : [`${fatal} runs failed for their apps, not ${failing}`]),
    ...twice.map((id) => `run ${id} is recorded twice`),
    ...failed.map(({ runId, outcome, cause }) => `run ${runId} is ${outcome}: ${JSON.stringify(cause)}`),
  ];
}

/** A crash from outside is no fault of the platform. */
async function faultsLogged(folder: PlatformFolder): Promise<string[]> {
  const lines = await linesOf(folder.platformLog);
  // How runs ended is held against their records.
  return lines
    .filter(({ level, type }) => level === 'error' && type !== 'run')
    .map((line) => `platform.log: ${JSON.stringify(line)}`);
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
