import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { IngestionLogs } from '../../../src/records/ingestion-logs.ts';
import { OpenFileSlots } from '../../../src/records/open-file-slots.ts';
import { fileRecord, runRecord, temporaryFolder } from './samples.ts';

describe('ingestion logs', () => {
  const temporary = temporaryFolder();
  const folder = () => new PlatformFolder(temporary.path('platform'));

  it('hold what happened: the platform in its log, each tenant in its own', async () => {
    const logs = new IngestionLogs(folder());
    logs.platform('info', 'tenant-registered', { tenant: 'music', type: 'not this' });
    logs.tenantRecord(fileRecord({ outcome: 'failed', cause: { code: 'X', message: 'broken' } }));
    logs.run(runRecord({ outcome: 'done', endedAt: Date.parse('2024-05-01T10:00:00Z') }));
    logs.appLines('music', 'songs', 'run-2', [{ time: 0, stream: 'stderr', text: 'hello' }], 3);
    await logs.dispose();

    const platform = await entries(folder().platformLog);
    assert.deepEqual(
      platform.map(({ level, type, tenant }) => [level, type, tenant]),
      [
        ['info', 'tenant-registered', 'music'],
        ['info', 'run', 'gift_card'],
      ],
    );
    const [file, run] = await entries(folder().batchAppLog('gift_card'));
    assert.deepEqual(
      [file?.level, file?.type, file?.file, file?.cause],
      ['error', 'file', 'a.tsv', { code: 'X', message: 'broken' }],
    );
    assert.deepEqual([run?.time, run?.type, run?.runId], ['2024-05-01T10:00:00.000Z', 'run', 'run-1']);
    const music = await entries(folder().batchAppLog('music'));
    assert.deepEqual(music[0], {
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      type: 'app',
      app: 'songs',
      runId: 'run-2',
      stream: 'stderr',
      text: 'hello',
    });
    assert.deepEqual([music[1]?.type, music[1]?.dropped, music.length], ['app-lines-dropped', 3, 2]);
  });

  it('write for a thousand tenants, and create nothing for those that say nothing', async () => {
    const logs = new IngestionLogs(folder(), { openFiles: 4 });
    const tenants = Array.from({ length: 1000 }, (_, index) => `tenant_${index}`);
    for (const tenant of tenants) logs.tenantRecord(fileRecord({ tenant }));
    await logs.flush();
    assert.equal((await readdir(temporary.path('platform/.mysimbdp/logs'))).length, 1000);
    for (const tenant of ['tenant_0', 'tenant_999'])
      assert.equal((await entries(folder().batchAppLog(tenant)))[0]?.tenant, tenant);
    await logs.dispose();
  });

  it('tell when the disk refuses one of them', async () => {
    const logs = new IngestionLogs(folder());
    await mkdir(temporary.path('platform/.mysimbdp/logs'), { recursive: true });
    await writeFile(temporary.path('platform/.mysimbdp/logs/music'), '');
    logs.tenantRecord(fileRecord({ tenant: 'music' }));
    logs.tenantRecord(fileRecord());
    await logs.flush();
    assert.equal(logs.health.fault?.code, 'ENOTDIR');
    assert.ok(logs.health.failures > 0);
    assert.equal((await entries(folder().batchAppLog('gift_card'))).length, 1);
    await logs.dispose();
  });
});

describe('open file slots', () => {
  it('let so many take part at one time, also after failures', async () => {
    const slots = new OpenFileSlots(3);
    let inside = 0;
    let most = 0;
    const visits = Array.from({ length: 20 }, (_, index) =>
      slots.hold(async () => {
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside--;
        if (index % 2) throw new Error('refused');
      }),
    );
    const ended = await Promise.allSettled(visits);
    assert.equal(most, 3);
    assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 10);
  });
});

async function entries(path: string): Promise<Record<string, unknown>[]> {
  return (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
