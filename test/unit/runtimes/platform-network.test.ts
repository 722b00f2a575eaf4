import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '../../../src/runtimes/docker/connect-engine.ts';
import { ensureNetwork } from '../../../src/runtimes/docker/platform-network.ts';
import { labels } from '../../../src/runtimes/docker/service-spec.ts';
import { addressFromEnd } from '../../../src/runtimes/docker/subnet.ts';

describe('the network of a platform', () => {
  let folder: string;
  let server: Server | undefined;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'me-'))));
  afterEach(async () => {
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  // What Podman 4.0 to 4.3 answer; later ones only warn (pkg/api/handlers/compat/networks.go of each).
  it('is made without what an engine does not know', async () => {
    const asked: { Options?: object }[] = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        const answer = (status: number, content: object) => {
          response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content));
        };
        if (request.url?.endsWith('/version')) return answer(200, { Version: '4.3.1', ApiVersion: '1.41' });
        if (request.method === 'GET') return answer(200, []);
        const options = JSON.parse(body) as { Options?: object };
        asked.push(options);
        if (!options.Options) return answer(201, { Id: 'made' });
        const [option] = Object.keys(options.Options);
        return answer(500, { message: `unsupported bridge network option ${option ?? ''}` });
      });
    });
    const socket = join(folder, 'engine.sock');
    await new Promise<void>((resolve) => server?.listen(socket, resolve));
    const engine = await connectEngine({ host: `unix://${socket}` });
    assert.deepEqual(await ensureNetwork(engine, 'mysimbdp-1', { [labels.platform]: '1' }, false), {
      network: 'mysimbdp-1',
    });
    assert.deepEqual(
      asked.map(({ Options }) => Options !== undefined),
      [true, false],
    );
  });

  it('has its fixed addresses at the end of its subnet', () => {
    assert.equal(addressFromEnd('172.18.0.0/16', 1), '172.18.255.254');
    assert.equal(addressFromEnd('10.89.2.0/24', 3), '10.89.2.252');
    assert.equal(addressFromEnd('192.168.255.240/28', 2), '192.168.255.253');
  });
});
