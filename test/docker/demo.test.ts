import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDemo } from '../../src/cli/demo/demo-folder.ts';
import { programPath } from '../../src/foundation/programs.ts';
import type { IngestionRecord } from '../../src/protocol/ingestion-log.ts';
import { setRuntimeKind } from '../../src/tenants/runtime-choice.ts';
import { useDocker } from './harness/use-docker.ts';

const commandMs = 120_000;

describe('the demo on the docker runtime', function () {
  this.timeout(3 * commandMs);
  const docker = useDocker();
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'mysimbdp-demo-'));
  });
  after(async () => {
    await mysimbdp('down', '--purge', '--yes');
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  });

  function mysimbdp(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const options = { cwd: root, env: { ...process.env, NO_COLOR: '1' }, timeout: commandMs, maxBuffer: 2 ** 26 };
      const all = [programPath('cli'), '--platform', 'demo', ...args];
      execFile(process.execPath, all, options, (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code ?? -1) : 0, stdout, stderr });
      });
    });
  }

  it('comes to what it had to, with every row in Cassandra, also after a restart; nothing is left when it is purged', async () => {
    const before = await docker.content();
    const demo = await createDemo(join(root, 'demo'), { scale: 0.05 });
    await setRuntimeKind(demo.folder, 'docker');
    const run = await mysimbdp('batch', 'run', '--json');
    assert.equal(run.status, 1, `two files of the demo are refused\n${run.stderr}`);
    const { records } = JSON.parse(run.stdout) as { records: IngestionRecord[] };
    /** By tenant: no two records of the demo have one key. */
    const rows = new Map<string, { table: string; rows: number }>();
    for (const { tenant, files } of demo.tenants) {
      for (const { name, expected } of files) {
        const record = records.find((candidate) => candidate.tenant === tenant && candidate.file === name);
        assert.ok(record, `${tenant}/${name} is in no record`);
        if (!expected) {
          assert.equal(record.outcome, 'refused', name);
          continue;
        }
        const { read, stored, filtered, quarantined } = record.counters;
        assert.deepEqual({ read, stored, filtered, quarantined }, expected, name);
        const before = rows.get(tenant)?.rows ?? 0;
        rows.set(tenant, { table: record.table ?? '', rows: before + record.counters.rows });
      }
    }
    const up = await mysimbdp('up', '--detach');
    assert.equal(up.status, 0, up.stderr);
    for (const [tenant, { table, rows: stored }] of rows) {
      const { stdout, stderr } = await mysimbdp('query', tenant, table, '--count', '--json');
      assert.deepEqual(JSON.parse(stdout || '{}'), { count: stored }, `${tenant}.${table}: ${stderr}`);
    }
    const purge = await mysimbdp('down', '--purge', '--yes');
    assert.equal(purge.status, 0, purge.stderr);
    assert.deepEqual(await docker.content(), before);
  });
});
