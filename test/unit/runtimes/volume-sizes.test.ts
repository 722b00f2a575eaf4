import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../src/foundation/deadlines.ts';
import { connectEngine } from '../../../src/runtimes/docker/connect-engine.ts';
import { VolumeSizes } from '../../../src/runtimes/docker/volume-sizes.ts';

describe('the sizes of volumes', () => {
  let folder: string;
  let server: Server | undefined;
  const ending = new AbortController();
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'me-'))));
  afterEach(async () => {
    ending.abort();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are asked for once at a time, in the background, and then used for a while', async () => {
    const asked: { url: string; response: ServerResponse }[] = [];
    server = createServer((request, response) => {
      const url = request.url ?? '';
      response.setHeader('Content-Type', 'application/json');
      if (url.endsWith('/version')) response.end(JSON.stringify({ Version: '28', ApiVersion: '1.48' }));
      else asked.push({ url, response });
    });
    const socket = join(folder, 'engine.sock');
    await new Promise<void>((resolve) => server?.listen(socket, resolve));
    const sizes = new VolumeSizes(await connectEngine({ host: `unix://${socket}` }), ending.signal);

    // An engine that takes its time keeps nobody waiting for long.
    const began = performance.now();
    assert.deepEqual(await Promise.all([sizes.current(), sizes.current()]), [new Map(), new Map()]);
    assert.ok(performance.now() - began < 5000);
    const [first] = await until(5000, 'the question', () => asked.length > 0 && asked);
    assert.match(first?.url ?? '', /\/system\/df\?type=volume$/);

    const volume = (Name: string, Size: number) => ({ Name, UsageData: { Size } });
    // Minus one is said of what has not been measured.
    first?.response.end(JSON.stringify({ Volumes: [volume('one', 7), volume('two', -1)] }));
    await until(5000, 'the sizes', async () => (await sizes.current()).size > 0);
    assert.deepEqual(await sizes.current(), new Map([['one', 7]]));
    assert.equal(asked.length, 1);
  });
});
