import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlPlaneClient } from '../../../src/api/client.ts';
import { findControlPlane, removeLocation, writeLocation } from '../../../src/api/location.ts';
import { startApiServer, type ApiServer } from '../../../src/api/server.ts';
import { until } from '../../../src/foundation/deadlines.ts';
import type { PlatformError } from '../../../src/foundation/errors.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { exampleRecord } from '../cli/examples.ts';
import { InMemoryControlPlane } from './in-memory-control-plane.ts';

describe('the client of the control plane', () => {
  let plane: InMemoryControlPlane;
  let server: ApiServer;
  let client: ControlPlaneClient;

  beforeEach(async () => {
    plane = new InMemoryControlPlane();
    server = await startApiServer(plane);
    client = new ControlPlaneClient({ url: server.url, token: plane.platformToken });
  });
  afterEach(() => server.dispose());

  it('gives the answers as the protocol describes them', async () => {
    assert.equal((await client.status()).platform, 'test');
    assert.equal((await client.demandBatch({})).id, 'd-1');
    assert.equal((await client.demandStatus('d-1', 0)).finished, true);
    assert.deepEqual(await client.ingestionLog({ limit: 5 }), []);
    assert.deepEqual(await client.runLog({ tenant: 'north', runId: 'run-1' }), []);
    assert.deepEqual(plane.calls.at(-1), ['runLog', { tenant: 'north', runId: 'run-1', limit: 100 }]);
    assert.equal((await client.statistics()).total.files, 0);
    await client.addTenant('west');
    await client.shutDown();
    assert.deepEqual(plane.calls.at(-1), ['shutDown']);
  });

  it('asks for the records behind those that it knows, and for further pages of a log', async () => {
    plane.records = ['one', 'two', 'three'].map((file) => exampleRecord({ file }));
    const { records, recorded } = await client.demandStatus('d-1', 0, undefined, 2);
    assert.deepEqual([records.map(({ file }) => file), recorded], [['three'], 3]);
    await client.ingestionLog({ limit: 1000, skip: 2000 });
    assert.deepEqual(plane.calls.at(-1), ['ingestionLog', { limit: 1000, skip: 2000 }]);
    await assert.rejects(client.ingestionLog({ limit: 1001 }), { code: 'INVALID_INPUT' });
  });

  it('throws what the control plane refused, with its code, hint and kind', async () => {
    await assert.rejects(client.addTenant('north'), (error: PlatformError) => {
      assert.deepEqual([error.code, error.kind, error.hint], ['TENANT_REGISTERED', 'conflict', 'Nothing to do.']);
      return true;
    });
    await assert.rejects(client.demandStatus('d-9', 0), { code: 'NO_SUCH_DEMAND', kind: 'not-found' });
  });

  it('calls a control plane that is gone unreachable', async () => {
    await server.dispose();
    await assert.rejects(client.status(), { code: 'CONTROL_PLANE_UNREACHABLE', kind: 'unreachable' });
  });

  it('does not take an answer that the protocol does not know', async () => {
    const other = createServer((_, response) => response.end('{"hello":1}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(other.address() as AddressInfo).port.toString()}`;
      await assert.rejects(new ControlPlaneClient({ url, token: 'x' }).status(), { code: 'UNEXPECTED_ANSWER' });
    } finally {
      other.closeAllConnections();
      other.close();
    }
  });

  it('leaves a long poll when its signal aborts', async () => {
    const leaving = new AbortController();
    const waiting = client.demandStatus('d-1', 30_000, leaving.signal);
    await until(5_000, 'the poll', () => plane.polls.length === 1);
    leaving.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await until(5_000, 'the end of the poll', () => plane.polls[0]?.aborted);
  });

  describe('finding it', () => {
    let folder: PlatformFolder;
    beforeEach(async () => {
      folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-location-')));
    });
    afterEach(() => rm(folder.root, { recursive: true, force: true }));

    const location = (change: object = {}) => ({
      url: server.url,
      pid: process.pid,
      startedAt: 1,
      token: plane.platformToken,
      ...change,
    });

    it('reads where it is, from a file that only its user can read', async () => {
      await writeLocation(folder, location());
      if (process.platform !== 'win32') assert.equal((await stat(folder.controlPlaneFile)).mode & 0o777, 0o600);
      assert.deepEqual(await findControlPlane(folder), location());
    });

    it('finds none without a file, after a stop, or in a file that is not understood', async () => {
      assert.equal(await findControlPlane(folder), undefined);
      await writeLocation(folder, location());
      await removeLocation(folder, location());
      assert.equal(await findControlPlane(folder), undefined);
      await writeFile(folder.controlPlaneFile, '{"url":');
      assert.equal(await findControlPlane(folder), undefined);
    });

    it('leaves the file of another control plane alone, which owns the folder by now', async () => {
      await writeLocation(folder, location());
      await removeLocation(folder, location({ token: 'another' }));
      assert.deepEqual(await findControlPlane(folder), location());
    });

    it('ignores a file whose process is gone', async () => {
      await writeLocation(folder, location({ pid: 2 ** 22 + 1 }));
      assert.equal(await findControlPlane(folder), undefined);
    });

    it('ignores a file whose process id belongs to another process by now', async () => {
      await writeLocation(folder, location({ pid: process.ppid }));
      assert.equal(await findControlPlane(folder), undefined);
    });

    it('ignores a file whose server does not answer', async () => {
      await writeLocation(folder, location());
      await server.dispose();
      assert.equal(await findControlPlane(folder), undefined);
    });

    it('sends the token nowhere but to this machine', async () => {
      await writeLocation(folder, location({ url: 'http://collector.example:80' }));
      assert.equal(await findControlPlane(folder), undefined);
    });
  });
});
