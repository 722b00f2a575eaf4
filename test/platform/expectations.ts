import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonPath } from '../../src/batch/quarantine-places.ts';
import type { FileOutcome, IngestionRecord } from '../../src/protocol/ingestion-log.ts';
import type { PlatformFixture } from './platform-fixture.ts';
import { assertAccounted } from './platform-fixture.ts';

/** What became of a file. */
export interface ExpectedFile {
  outcome: FileOutcome;
  /** Code of the cause, and what its message and hint say; no cause when left out. */
  cause?: string;
  says?: RegExp;
  /** Records read, stored, filtered, quarantined; not looked at when left out. */
  counts?: readonly [number, number, number, number];
  /** Where the file is now, as it was staged. `refused`: in quarantine without a run. */
  place: 'archive' | 'quarantine' | 'refused' | 'staging';
}

const placeOf: Record<ExpectedFile['place'], (tenant: string, record: IngestionRecord) => string> = {
  archive: (tenant, { runId, file }) => `.mysimbdp/archive/${tenant}/${runId ?? ''}/${file}`,
  quarantine: (tenant, { runId, file }) => `.mysimbdp/quarantine/${tenant}/${runId ?? ''}/files/${file}`,
  refused: (tenant, { file }) => `.mysimbdp/quarantine/${tenant}/refused/files/${file}`,
  staging: (tenant, { file }) => `tenants/${tenant}/staging/${file}`,
};

/** Holds a file against what is expected of it, in the ingestion log, in the tenant's log, and on disk. */
export async function expectFile(
  fixture: PlatformFixture,
  tenant: string,
  file: string,
  expected: ExpectedFile,
): Promise<IngestionRecord> {
  const log = await fixture.log(tenant);
  const record = log.find((candidate) => candidate.file === file);
  assert.ok(record, `the ingestion log has no ${file} of ${tenant}: ${JSON.stringify(log)}`);
  const { outcome, cause, counters } = record;
  assert.equal(outcome, expected.outcome, JSON.stringify(record));
  assert.equal(cause?.code, expected.cause, JSON.stringify(cause));
  if (cause) assert.ok(cause.hint, `${cause.code} does not say what to do next`);
  if (expected.says) assert.match(`${cause?.message ?? ''}; ${cause?.hint ?? ''}`, expected.says);
  assertAccounted(record);
  if (expected.counts) {
    const { read, stored, filtered, quarantined } = counters;
    assert.deepEqual([read, stored, filtered, quarantined], expected.counts, JSON.stringify(counters));
  }
  assert.equal((await fixture.rejects(record)).length, counters.quarantined);
  await fixture.logLines(tenant, (lines) =>
    lines.some((line) => line.type === 'file' && line.file === file && line.outcome === outcome),
  );
  await expectPlace(fixture, record, expected.place);
  return record;
}

async function expectPlace(
  fixture: PlatformFixture,
  record: IngestionRecord,
  place: ExpectedFile['place'],
): Promise<void> {
  const { tenant, file, location } = record;
  assert.equal(location, placeOf[place](tenant, record));
  const there = await readFile(join(fixture.folder.root, location));
  assert.ok(there.equals(fixture.staged.get(`${tenant}/${file}`)!), `${location} is not what was staged`);
  if (place !== 'staging') assert.ok(!(await fixture.staging(tenant)).includes(file), `${file} is still in staging`);
  if (place !== 'quarantine' && place !== 'refused') return;
  const reason = JSON.parse(await fixture.read(reasonPath(location))) as Record<string, unknown>;
  assert.equal(reason.code, record.cause?.code);
  assert.equal(reason.message, record.cause?.message);
}

/** Keys of the rows that a table holds, ascending. */
export async function storedKeys(fixture: PlatformFixture, tenant: string, table = 'items', key = 'id') {
  const rows = await fixture.rows(tenant, table);
  return rows.map((row) => row[key]).sort((a, b) => Number(a) - Number(b));
}
