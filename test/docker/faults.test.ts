import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../../src/foundation/deadlines.ts';
import { programPath } from '../../src/foundation/programs.ts';
import { prefixOf } from '../../src/runtimes/docker/containers.ts';
import { ensureCredentials } from '../../src/runtimes/docker/credentials.ts';
import { useDocker } from './harness/use-docker.ts';

describe('a start on the docker runtime that meets trouble', function () {
  this.timeout(180_000);
  const docker = useDocker();

  const withImages = (images: string, more = '') => docker.platform([], `{ images: { ${images} } ${more} }`);

  it('says that an image is neither here nor to be had, and how it can be built', async () => {
    // A registry on this machine that nobody runs: no other is asked.
    const platform = await withImages('cassandra: 127.0.0.1:1/none:1');
    await assert.rejects(platform.up(), {
      code: 'IMAGE_NOT_AVAILABLE',
      message: /127\.0\.0\.1:1\/none:1/,
      hint: /npm run images/,
    });
  });

  it('says what a server that never answers has said last, when its time is over', async () => {
    const platform = await withImages('cassandra: "apache/kafka:4.1.0"', ', readySeconds: 8');
    await assert.rejects(platform.up(), {
      code: 'SERVICE_NOT_READY',
      message: /cassandra-1 was not ready within 8 s: its port is not open/,
      hint: /It said last:\n.*\S/,
    });
  });

  it('says at once that a server has ended, and why', async () => {
    const platform = await withImages('kafka: "cassandra:5.0", cassandra: "mysimbdp/base:local"');
    await assert.rejects(platform.up(), { code: /SERVICE_|ENGINE_FAULT/ });
  });

  it('leaves alone what somebody else has made under its names', async () => {
    const platform = await docker.platform();
    const name = prefixOf((await ensureCredentials(platform.folder.servicesFile)).id);
    const network = await docker.engine.docker.createNetwork({ Name: name });
    try {
      await assert.rejects(platform.up(), { code: 'NAME_CONFLICT', message: new RegExp(name) });
    } finally {
      await network.remove();
    }
  });

  it('says that the ports of the engine are not those of this place, before the time for readiness is over', async function () {
    // A network of one's own is what a container has that uses the engine outside: its loopback address is another one.
    if (process.platform !== 'linux' || process.getuid?.() !== 0) this.skip();
    const platform = await docker.platform();
    const alone = ['--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', process.execPath, programPath('cli')];
    const start = spawn('unshare', [...alone, '--platform', platform.folder.root, 'up'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    start.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(start, 'close')) as [number];
    assert.notEqual(code, 0);
    assert.match(said, /publishes ports on a loopback address that is not the one from here: nothing listens at 127/);
    assert.match(said, /docker context use default|--network=host/);
  });

  it('can be cancelled, and leaves nothing running of its own process', async () => {
    const platform = await docker.platform();
    const abort = new AbortController();
    const start = platform.up({
      signal: abort.signal,
      onServiceProgress: ({ stage }) => {
        if (stage === 'listening') abort.abort(new Error('cancelled'));
      },
    });
    await assert.rejects(start, /cancelled/);
  });

  it('leaves nothing behind when it is killed in the middle, started again, and purged', async () => {
    const before = await docker.content();
    const platform = await docker.platform();
    const first = mysimbdp(platform.folder.root, 'up');
    await until(
      60_000,
      'a container',
      async () => (await docker.content()).containers.length > before.containers.length,
    );
    first.kill('SIGKILL');
    await once(first, 'exit');

    const second = mysimbdp(platform.folder.root, 'up');
    await until(120_000, 'the platform', async () => (await status(platform.folder.root)) === 0);
    second.kill('SIGKILL');
    await once(second, 'exit');
    assert.notDeepEqual(await docker.content(), before);

    const [code] = (await once(mysimbdp(platform.folder.root, 'down', '--purge', '--yes'), 'exit')) as [number];
    assert.equal(code, 0);
    assert.deepEqual(await docker.content(), before);
  });

  it('lets two platforms live on one machine, each with its own; one that chose by itself says so once', async () => {
    const [one, two] = [await docker.platform(), await docker.platform()];
    const said: string[] = [];
    const platforms = await Promise.all([
      one.up({ runtime: 'auto', log: (_, message) => said.push(message) }),
      two.up(),
    ]);
    assert.match(
      said.filter((line) => line.includes('runtime')).join('\n'),
      /^runtime docker: the engine \S+ of .* answers$/,
    );
    const endpoints = (await Promise.all(platforms.map(({ controlPlane }) => controlPlane.status()))).flatMap(
      ({ services }) => services.map(({ endpoint }) => endpoint),
    );
    assert.equal(new Set(endpoints).size, 4);
    await two.down();
    const { services } = await platforms[0].controlPlane.status();
    assert.ok(services.every(({ state }) => state === 'running'));
  });
});

function mysimbdp(folder: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [programPath('cli'), '--platform', folder, ...args], { stdio: 'ignore' });
}

async function status(folder: string): Promise<number> {
  const [code] = (await once(mysimbdp(folder, 'status'), 'exit')) as [number];
  return code;
}
