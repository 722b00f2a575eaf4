import assert from 'node:assert/strict';
import { until } from '../../src/foundation/deadlines.ts';
import type { ServiceShell } from '../../src/runtimes/services.ts';
import { openCqlShell } from '../../src/runtimes/start-services.ts';
import type { PlatformFixture } from '../platform/platform-fixture.ts';
import { useDocker } from './harness/use-docker.ts';

const patienceMs = 30_000;

describe('cqlsh in the container of a node', function () {
  this.timeout(180_000);
  const docker = useDocker();
  let platform: PlatformFixture;
  let shells: ServiceShell[];
  before(async () => {
    platform = await docker.platform([{ name: 'acme' }]);
    await platform.up();
  });
  beforeEach(() => (shells = []));
  afterEach(() => Promise.all(shells.map((shell) => shell.end())));

  const container = async () => docker.engine.docker.getContainer(await docker.container(platform, 'cassandra-1'));

  /** Processes in the container, with their arguments. */
  async function processes(): Promise<string[]> {
    const { Processes } = (await (await container()).top({ ps_args: '-eo pid,args' })) as { Processes: string[][] };
    return Processes.map((columns) => columns.join(' '));
  }
  const shellsThere = async () => (await processes()).filter((line) => line.includes('cqlsh'));

  /** Files of shells below /tmp, as the container has them. */
  async function files(): Promise<string> {
    const exec = await (
      await container()
    ).exec({ Cmd: ['bash', '-c', 'ls -l /tmp/mysimbdp-cqlsh-*'], AttachStdout: true });
    const stream = await exec.start({});
    let text = '';
    for await (const piece of stream) text += String(piece);
    return text;
  }

  async function opened(): Promise<{ shell: ServiceShell; output: () => string; prompt: () => Promise<unknown> }> {
    const shell = await openCqlShell(platform.folder, undefined, 'cassandra-1');
    shells.push(shell);
    let text = '';
    shell.read((piece) => (text += piece));
    const prompt = () =>
      until(patienceMs, `the prompt of cqlsh, not ${JSON.stringify(text)}`, () => text.includes('cqlsh>'));
    return { shell, output: () => text, prompt };
  }

  it('answers as the superuser of the platform, in a terminal of the size that it is given', async () => {
    const { shell, output, prompt } = await opened();
    await prompt();
    await shell.resize({ columns: 120, rows: 40 });
    shell.write('SELECT release_version FROM system.local;\r');
    await until(patienceMs, 'the version', () => /\d+\.\d+\.\d+[\s\S]*\(1 rows\)/.test(output()));
    assert.match(output(), /mysimbdp__admin@cqlsh>/);
    shell.write('exit\r');
    assert.equal(await shell.ended, 0);
    assert.equal(await files(), '');
  });

  it('shows the password to nobody, and leaves it nowhere', async () => {
    const { password } = (await docker.credentials(platform)).cassandra;
    const { output, prompt } = await opened();
    await prompt();
    assert.ok(!output().includes(password));
    assert.ok((await shellsThere()).length > 0);
    assert.ok(!(await processes()).join('\n').includes(password));
    assert.ok(!JSON.stringify(await (await container()).inspect()).includes(password));
    await until(patienceMs, 'the end of the file with the login', async () => !(await files()).includes('credentials'));
  });

  it('is ended from outside, with nothing left in the container', async () => {
    const { shell, prompt } = await opened();
    await prompt();
    await shell.end();
    await until(patienceMs, 'its end', async () => (await shellsThere()).length === 0);
    assert.equal(await files(), '');
  });

  it('says when there is no cqlsh, and when there is no such service', async () => {
    await assert.rejects(openCqlShell(platform.folder, undefined, 'kafka-1'), { code: 'NO_CQLSH' });
    await assert.rejects(openCqlShell(platform.folder, undefined, 'cassandra-9'), { code: 'SERVICE_NOT_RUNNING' });
  });
});
