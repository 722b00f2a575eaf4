import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restage } from '../../../../src/batch/restage.ts';
import { Attention } from '../../../../src/extension/views/attention.ts';
import { until } from '../../../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import type { RunRecord } from '../../../../src/protocol/ingestion-log.ts';
import type { PlatformStatus } from '../../../../src/protocol/management.ts';
import type { ServiceStatus } from '../../../../src/protocol/services.ts';
import { exampleRunRecord } from '../panel/example-source.ts';

const hour = 3_600_000;
const now = 1_000 * hour;

describe('what asks for attention', () => {
  let folder: PlatformFolder;
  let source: {
    folder: PlatformFolder;
    status: Pick<PlatformStatus, 'tenants' | 'services'> | undefined;
    recentRuns: RunRecord[];
  };
  let looks: number;
  let attention: Attention;

  beforeEach(async () => {
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-attention-')));
    await mkdir(folder.tenant('north'), { recursive: true });
    source = { folder, status: undefined, recentRuns: [] };
    looks = 0;
    attention = new Attention(() => looks++);
  });
  afterEach(() => rm(folder.root, { recursive: true, force: true }));

  /** A run that failed and left its file in quarantine. */
  async function failed(runId: string, endedAt = now): Promise<RunRecord> {
    const directory = join(folder.quarantine('north'), runId);
    await mkdir(join(directory, 'files'), { recursive: true });
    for (const name of ['files/a.csv', 'a.csv.reason.json', 'a.csv.rejected.ndjson'])
      await writeFile(join(directory, name), '');
    return exampleRunRecord({ runId, outcome: 'failed', endedAt });
  }

  /** The count after the look that recorded runs give rise to. */
  async function counted(...runs: RunRecord[]): Promise<number> {
    source.recentRuns = runs;
    const before = looks;
    attention.count([source], now);
    await until(5_000, 'the look into quarantine', () => looks > before);
    return attention.count([source], now);
  }

  it('is a run that has failed, for a day', async () => {
    const done = exampleRunRecord({ runId: 'run-3', endedAt: now });
    assert.equal(await counted(done, await failed('run-1'), await failed('run-2', now - 25 * hour)), 1);
    assert.equal(attention.count([source], now + 25 * hour), 0);
  });

  it('is a run that is done but for a file that failed', async () => {
    const run = { ...(await failed('run-1')), outcome: 'done' as const };
    assert.equal(await counted({ ...run, failedFiles: 1 }), 1);
    assert.equal(await counted({ ...run, failedFiles: 0 }), 0);
  });

  it('is no run any more whose files were retried with success', async () => {
    const run = await failed('run-1');
    assert.equal(await counted(run), 1);
    assert.equal(
      await restage(folder, 'north', join('.mysimbdp', 'quarantine', 'north', 'run-1', 'files', 'a.csv')),
      'a.csv',
    );
    assert.equal(await counted(exampleRunRecord({ runId: 'run-2', endedAt: now }), run), 0);
  });

  it('is the retry, where that has failed as well', async () => {
    const run = await failed('run-1');
    await restage(folder, 'north', join('.mysimbdp', 'quarantine', 'north', 'run-1', 'files', 'a.csv'));
    assert.equal(await counted(await failed('run-2'), run), 1);
  });

  it('is a registered tenant with a problem', async () => {
    const tenant = { tenant: 'north', enabled: true, plan: null, apps: [], waitingFiles: 0, waitingBytes: 0 };
    const broken = {
      ...tenant,
      runningFiles: 0,
      refusedFiles: 0,
      deferredFiles: 0,
      problem: { code: 'PROFILE_INVALID', message: 'broken' },
    };
    source.status = { services: [], tenants: [true, false].map((registered) => ({ ...broken, registered })) };
    assert.equal(await counted(), 1);
  });

  it('is a registered tenant with refused files', async () => {
    const tenant = { tenant: 'north', enabled: true, plan: null, apps: [], waitingFiles: 0, waitingBytes: 0 };
    const refused = { ...tenant, runningFiles: 0, refusedFiles: 2, deferredFiles: 0, problem: null };
    source.status = { services: [], tenants: [true, false].map((registered) => ({ ...refused, registered })) };
    assert.equal(await counted(), 1);
  });

  it('is a service that is gone for good or out of reach, and none that comes back by itself', async () => {
    const about = { endpoint: null, image: 'kafka', version: null, container: 'kafka', restarts: 0, problem: null };
    const states: ServiceStatus['state'][] = ['running', 'restarting', 'failed', 'unreachable'];
    source.status = { tenants: [], services: states.map((state) => ({ ...about, service: state, state })) };
    assert.equal(await counted(), 2);
  });
});
