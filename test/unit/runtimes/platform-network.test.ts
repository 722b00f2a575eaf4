import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine, type Engine } from '../../../src/runtimes/docker/connect-engine.ts';
import { ensureNetwork } from '../../../src/runtimes/docker/platform-network.ts';
import { labels } from '../../../src/runtimes/docker/service-spec.ts';
import { addressFromEnd } from '../../../src/runtimes/docker/subnet.ts';

interface NetworkRequest {
  Options?: object;
  IPAM?: { Config: { Subnet: string }[] };
}

describe('the network of a platform', () => {
  const own = { [labels.platform]: '1' };
  let folder: string;
  let server: Server | undefined;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'me-'))));
  afterEach(async () => {
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /**
   * Something that answers as an engine without networks does.
   * @param refuse why a network is not made; undefined: it is
   * @param subnets those that it gives to networks, one after another
   */
  async function engine(
    refuse: (asked: NetworkRequest) => string | undefined,
    subnets: string[] = [],
  ): Promise<{ engine: Engine; asked: NetworkRequest[] }> {
    const asked: NetworkRequest[] = [];
    const answer = (method: string, path: string, body: string): { status: number; content?: object } => {
      if (path.endsWith('/version')) return { status: 200, content: { Version: '4.3.1', ApiVersion: '1.41' } };
      if (method === 'DELETE') return { status: 204 };
      if (path.includes('/networks/') && method === 'GET')
        return { status: 200, content: { IPAM: { Config: [{ Subnet: subnets.shift() }] } } };
      if (method === 'GET') return { status: 200, content: [] };
      const wanted = JSON.parse(body) as NetworkRequest;
      asked.push(wanted);
      const message = refuse(wanted);
      return message === undefined ? { status: 201, content: { Id: 'made' } } : { status: 500, content: { message } };
    };
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        const { status, content } = answer(request.method ?? '', request.url ?? '', body);
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(content && JSON.stringify(content));
      });
    });
    const socket = join(folder, 'engine.sock');
    await new Promise<void>((resolve) => server?.listen(socket, resolve));
    return { engine: await connectEngine({ host: `unix://${socket}` }), asked };
  }

  // What Podman 4.0 to 4.3 answer; later ones only warn (pkg/api/handlers/compat/networks.go of each).
  it('is made without what an engine does not know', async () => {
    const podman = await engine(({ Options }) => {
      const option = Object.keys(Options ?? {})[0];
      return option === undefined ? undefined : `unsupported bridge network option ${option}`;
    });
    assert.deepEqual(await ensureNetwork(podman.engine, 'mysimbdp-1', own, false), { network: 'mysimbdp-1' });
    assert.deepEqual(
      podman.asked.map(({ Options }) => Options !== undefined),
      [true, false],
    );
  });

  it('has a subnet in which addresses can be fixed: another one when the first was given away meanwhile', async () => {
    const docker = await engine(
      ({ IPAM }) =>
        IPAM?.Config[0]?.Subnet === '172.18.0.0/16' ? 'Pool overlaps with other one on this address space' : undefined,
      ['172.18.0.0/16', '172.19.0.0/16'],
    );
    const made = await ensureNetwork(docker.engine, 'mysimbdp-1', own, true);
    assert.deepEqual(made, { network: 'mysimbdp-1', subnet: '172.19.0.0/16' });
    assert.deepEqual(
      docker.asked.map(({ IPAM }) => IPAM?.Config[0]?.Subnet),
      [undefined, '172.18.0.0/16', undefined, '172.19.0.0/16'],
    );
  });

  it('has its fixed addresses at the end of its subnet', () => {
    assert.equal(addressFromEnd('172.18.0.0/16', 1), '172.18.255.254');
    assert.equal(addressFromEnd('10.89.2.0/24', 3), '10.89.2.252');
    assert.equal(addressFromEnd('192.168.255.240/28', 2), '192.168.255.253');
  });
});
