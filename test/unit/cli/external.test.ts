import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { freePort } from '../../../src/runtimes/docker/ports.ts';
import { CliInFolder } from './cli-in-folder.ts';

describe('mysimbdp with external clusters', () => {
  const cli = new CliInFolder();
  const { run } = cli;
  const configure = (yaml: string) => writeFile(join(cli.root, 'mysimbdp.yaml'), `platform: shop\n${yaml}`);
  const kafka = (broker: string) =>
    configure(`runtime: { kind: external, external: { kafka: { brokers: ["${broker}"] } } }\n`);

  it('provision says when mysimbdp.yaml names no cluster', async () => {
    await configure('');
    assert.equal(await run('provision'), 2);
    assert.match(cli.terminal.err, /EXTERNAL_NOT_CONFIGURED.*\n {2}Write runtime\.external into mysimbdp\.yaml/);
  });

  it('provision says why a cluster cannot be looked at', async () => {
    await kafka(`localhost:${await freePort()}`);
    assert.equal(await run('provision'), 3);
    assert.match(cli.terminal.err, /CONNECTION_REFUSED: kafka: nobody listens at localhost:\d+/);
  });

  it('logs --service says that the log is not ours to show, also when the runtime is another one now', async () => {
    await configure('runtime: { external: { kafka: { brokers: [localhost] } } }\n');
    assert.equal(await run('logs', '--service', 'kafka'), 2);
    assert.match(cli.terminal.err, /SERVICE_NOT_OURS: kafka is an external cluster/);
  });

  it('the doctor stops at the step that fails, and goes to every server that is named', async () => {
    const port = await freePort();
    await configure(
      `runtime: { kind: external, external: { kafka: { brokers: ["localhost:${port}", "broker.invalid"] } } }\n`,
    );
    assert.equal(await run('doctor', '--json'), 1);
    const found = (JSON.parse(cli.terminal.out) as Finding[]).filter(({ check }) => check.startsWith('kafka'));
    assert.deepEqual(
      found.map(({ check, state }) => `${check} ${state}`),
      ['kafka settings ok', 'kafka resolve ok', 'kafka connect fail', 'kafka resolve fail'],
    );
    assert.match(found[2]?.fix ?? '', /whether the server is up/);
  });

  it('up --runtime external does not begin on a mysimbdp.yaml with errors, which alone says where the clusters are', async () => {
    await configure('runtime: { external: { kafka: { brokers: [] } } }\n');
    assert.equal(await run('up', '--runtime', 'external'), 2);
    assert.match(cli.terminal.err, /PLATFORM_FILE_INVALID: .*brokers/);
  });
});
