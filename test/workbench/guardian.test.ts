import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import { processTree } from './harness/processes.ts';

describe('a test run that is killed', () => {
  it('leaves neither the server it started nor its folder', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = await mkdtemp(join(tmpdir(), 'mysimbdp-guarded-'));
    const guardian = new URL('./harness/guardian.ts', import.meta.url).href;
    const script = join(folder, 'run.mjs');
    await writeFile(
      script,
      `import { spawn } from 'node:child_process';
       import { guard } from ${JSON.stringify(guardian)};
       const server = spawn('sh', ['-c', 'sleep 300 & wait'], { detached: true, stdio: 'ignore' });
       guard(server.pid, ${JSON.stringify(folder)});
       console.log(server.pid);
       setInterval(() => {}, 1000);`,
    );
    const run = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(run.stdout, 'data')) as [Buffer];
    const server = Number(said.toString());
    await until(10_000, 'the server and its child', async () => (await processTree(server)).length === 2);

    run.kill('SIGKILL');
    await until(10_000, 'the end of the server', async () => (await processTree(server)).length === 0);
    await until(10_000, 'the end of its folder', () => !existsSync(folder));
    assert.ok(!existsSync(folder));
  });
});
