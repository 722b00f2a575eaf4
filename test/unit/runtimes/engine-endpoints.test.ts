import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineEndpoints, type EndpointSearch } from '../../../src/runtimes/docker/engine-endpoints.ts';

describe('where a container engine is looked for', () => {
  let home: string;
  beforeEach(async () => (home = await mkdtemp(join(tmpdir(), 'mysimbdp-engine-'))));
  afterEach(() => rm(home, { recursive: true, force: true }));

  const search = (more: Partial<EndpointSearch> = {}): EndpointSearch => ({
    env: {},
    home,
    platform: 'linux',
    uid: 1000,
    ...more,
  });

  async function addContext(name: string, host: string, tls = false): Promise<string> {
    const folder = createHash('sha256').update(name).digest('hex');
    const meta = join(home, '.docker', 'contexts', 'meta', folder);
    await mkdir(meta, { recursive: true });
    await writeFile(join(meta, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
    const certificates = join(home, '.docker', 'contexts', 'tls', folder, 'docker');
    if (tls) await mkdir(certificates, { recursive: true });
    return certificates;
  }

  it('is the setting before DOCKER_HOST, and DOCKER_HOST before the context', async () => {
    await addContext('lab', 'tcp://10.0.0.1:2376');
    await writeFile(join(home, '.docker', 'config.json'), JSON.stringify({ currentContext: 'lab' }));
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:2375' };
    const hosts = async (more: Partial<EndpointSearch>) =>
      (await engineEndpoints(search(more))).map(({ host }) => host);
    assert.deepEqual(await hosts({ env, configured: 'unix:///x.sock' }), ['unix:///x.sock']);
    assert.deepEqual(await hosts({ env }), ['tcp://127.0.0.1:2375']);
    assert.deepEqual(await hosts({}), ['tcp://10.0.0.1:2376']);
  });

  it('is the context of DOCKER_CONTEXT, with its certificates', async () => {
    const certificates = await addContext('far', 'tcp://10.0.0.2:2376', true);
    assert.deepEqual(await engineEndpoints(search({ env: { DOCKER_CONTEXT: 'far' } })), [
      { host: 'tcp://10.0.0.2:2376', source: 'the context far', certificates },
    ]);
  });

  it('names the file of a context that is not there', async () => {
    await assert.rejects(engineEndpoints(search({ env: { DOCKER_CONTEXT: 'gone' } })), {
      code: 'ENGINE_CONTEXT_UNKNOWN',
      message: /the Docker context gone is not known: .*meta\.json/,
    });
  });

  it('takes certificates from DOCKER_CERT_PATH', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:2376', DOCKER_CERT_PATH: '/certs' };
    assert.deepEqual(await engineEndpoints(search({ env })), [
      { host: 'tcp://127.0.0.1:2376', source: 'DOCKER_HOST', certificates: '/certs' },
    ]);
  });

  it('is a known socket, of those that are there, when nobody has named one', async () => {
    await mkdir(join(home, '.colima', 'default'), { recursive: true });
    await writeFile(join(home, '.colima', 'default', 'docker.sock'), '');
    const runtimeFolder = join(home, 'run');
    await mkdir(join(runtimeFolder, 'podman'), { recursive: true });
    await writeFile(join(runtimeFolder, 'podman', 'podman.sock'), '');
    const found = await engineEndpoints(search({ env: { XDG_RUNTIME_DIR: runtimeFolder } }));
    const own = found.filter(({ host }) => host.includes(home)).map(({ source }) => source);
    assert.deepEqual(own, ['Colima', 'Podman']);
  });

  it('ignores a configuration that is broken, as the docker CLI does', async () => {
    await mkdir(join(home, '.docker'));
    await writeFile(join(home, '.docker', 'config.json'), '{');
    const found = await engineEndpoints(search());
    assert.deepEqual(
      found.filter(({ host }) => host.includes(home)),
      [],
    );
  });
});
