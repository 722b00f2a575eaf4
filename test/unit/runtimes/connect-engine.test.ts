import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '../../../src/runtimes/docker/connect-engine.ts';
import { connectFault } from '../../../src/runtimes/docker/engine-faults.ts';

describe('connecting to a container engine', () => {
  let home: string;
  const servers: Server[] = [];
  beforeEach(async () => (home = await mkdtemp(join(tmpdir(), 'me-'))));
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await rm(home, { recursive: true, force: true });
  });

  const nowhere = (env: Record<string, string> = {}) => ({ env, home, platform: 'linux' as const, uid: 1000 });

  /** Something that answers /version as an engine does, on a socket. @returns its DOCKER_HOST */
  async function engine(version: object): Promise<string> {
    const socket = join(home, `${servers.length}.sock`);
    const server = createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(request.url?.endsWith('/version') ? version : { path: request.url }));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    return `unix://${socket}`;
  }

  const connect = (DOCKER_HOST: string) => connectEngine({ search: nowhere({ DOCKER_HOST }) });

  for (const [theirs, least, spoken] of [
    ['1.41', '1.12', '1.41'],
    ['1.45', '1.24', '1.45'],
    ['1.99', '1.44', '1.48'],
    ['1.99', '1.60', '1.60'],
    ['1.41', undefined, '1.41'],
  ]) {
    it(`speaks API ${spoken ?? ''} with one that speaks ${least ?? 'any'} to ${theirs ?? ''}`, async () => {
      const host = await engine({ Version: '1', ApiVersion: theirs, MinAPIVersion: least });
      const { docker, apiVersion } = await connect(host);
      assert.equal(apiVersion, spoken);
      const { path } = (await docker.info()) as { path: string };
      assert.equal(path, `/v${spoken ?? ''}/info`);
    });
  }

  for (const other of ['tcp://127.0.0.1:9', 'ssh://root@127.0.0.1:9'])
    it(`goes to the engine that was chosen, whatever the environment names: ${other}`, async () => {
      const host = await engine({ Version: '1', ApiVersion: '1.45' });
      const before = process.env.DOCKER_HOST;
      process.env.DOCKER_HOST = other;
      try {
        const { docker } = await connectEngine({ host, search: nowhere() });
        assert.deepEqual(await docker.info(), { path: '/v1.45/info' });
      } finally {
        if (before === undefined) delete process.env.DOCKER_HOST;
        else process.env.DOCKER_HOST = before;
      }
    });

  it('says that an engine is too old', async () => {
    await assert.rejects(connect(await engine({ Version: '19.03', ApiVersion: '1.40' })), {
      code: 'ENGINE_TOO_OLD',
      message: /speaks API 1\.40; at least 1\.41/,
    });
  });

  it('says that an engine that was named does not run: no socket, or one that nobody listens on', async () => {
    const absent = `unix://${join(home, 'absent.sock')}`;
    await assert.rejects(connect(absent), { code: 'ENGINE_NOT_RUNNING', message: /absent\.sock/ });
    const stale = join(home, 'stale.sock');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(stale, resolve));
    const closed = new Promise((resolve) => server.close(resolve));
    await writeFile(stale, '').catch(() => undefined);
    await closed;
    await writeFile(stale, '');
    await assert.rejects(connect(`unix://${stale}`), { code: 'ENGINE_NOT_RUNNING' });
  });

  it('says that the user may not use the socket', () => {
    // Root may use every socket, so the system's answer is given here.
    const denied = Object.assign(new Error('connect EACCES'), { code: 'EACCES' });
    const { code, hint } = connectFault({ host: 'unix:///var/run/docker.sock', source: 'Docker' }, denied);
    assert.equal(code, 'ENGINE_PERMISSION_DENIED');
    assert.match(hint ?? '', /group docker/);
  });

  it('says that one that was named by address cannot be reached', async () => {
    await assert.rejects(connect('tcp://127.0.0.1:1'), { code: 'ENGINE_NOT_RUNNING' });
    await assert.rejects(connect('tcp://no-such-host.invalid:2375'), { code: 'ENGINE_UNREACHABLE' });
  });

  it('tells an engine that is not installed from one that does not run, by its command line', async () => {
    const none = await connectEngine({ search: nowhere() }).catch((error: unknown) => error as { code: string });
    // A machine of tests may itself be a container, or have an engine at the usual place.
    if ('docker' in none) return;
    assert.match(none.code, /ENGINE_(NOT_INSTALLED|NOT_REACHABLE_FROM_HERE|NOT_RUNNING)/);
    await writeFile(join(home, 'docker'), '');
    await assert.rejects(connectEngine({ search: nowhere({ PATH: home }) }), {
      code: 'ENGINE_NOT_RUNNING',
      message: /docker is installed/,
    });
  });
});
