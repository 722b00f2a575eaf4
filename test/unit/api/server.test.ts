import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { startApiServer, type ApiServer } from '../../../src/api/server.ts';
import { until, within } from '../../../src/foundation/deadlines.ts';
import { problemDetails, type ProblemDetails } from '../../../src/protocol/management.ts';
import type { RunReport } from '../../../src/protocol/reports.ts';
import { InMemoryControlPlane } from './in-memory-control-plane.ts';

const noCounters = { bytes: 0, read: 0, stored: 0, filtered: 0, quarantined: 0, rows: 0 };
const report: RunReport = {
  sequence: 1,
  state: 'running',
  file: null,
  counters: noCounters,
  rowsPerSecond: 0,
  bytesPerSecond: 0,
  cpuSeconds: 0,
  rssBytes: 0,
  eventLoopDelayP99Ms: 0,
  log: [],
  logDropped: 0,
  cause: null,
};

describe("the control plane's API", () => {
  let plane: InMemoryControlPlane;
  let server: ApiServer;
  let faults: Error[];

  beforeEach(async () => {
    plane = new InMemoryControlPlane();
    faults = [];
    server = await startApiServer(plane, { onFault: (error) => faults.push(error) });
  });
  afterEach(() => server.dispose());

  function ask(method: string, path: string, options: { token?: string | null; body?: unknown; type?: string } = {}) {
    const token = options.token === undefined ? plane.platformToken : options.token;
    return fetch(server.url + path, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(options.body === undefined ? {} : { 'Content-Type': options.type ?? 'application/json' }),
      },
      ...(options.body === undefined
        ? {}
        : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
    });
  }

  async function problemOf(response: Response): Promise<ProblemDetails> {
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    const problem = problemDetails.parse(await response.json());
    assert.equal(problem.status, response.status);
    return problem;
  }

  it('listens on the loopback address only', () => {
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  describe('who may ask', () => {
    it('tells its health to everyone on this machine', async () => {
      const response = await ask('GET', '/v1/health', { token: null });
      assert.deepEqual(await response.json(), { service: 'mysimbdp', pid: process.pid });
    });

    for (const [what, token] of [
      ['no token', null],
      ['a wrong token', 'x'.repeat(43)],
    ] as const) {
      it(`refuses ${what} with 401 and says how to authenticate`, async () => {
        const response = await ask('GET', '/v1/status', { token });
        assert.equal((await problemOf(response)).code, 'UNAUTHORIZED');
        assert.equal(response.status, 401);
        assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer /);
      });
    }

    it('refuses a token that was taken back', async () => {
      plane.tokens.revoke({ role: 'tenant', tenant: 'north' });
      const response = await ask('GET', '/v1/runs/run-1/directives', { token: plane.northToken });
      assert.equal(response.status, 401);
    });

    it("lets a tenant's token report for the tenant's own run", async () => {
      const response = await ask('POST', '/v1/runs/run-1/reports', { token: plane.northToken, body: report });
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), plane.directivesNow);
      assert.deepEqual(plane.reports, [report]);
    });

    it("refuses a tenant's token another tenant's run with 403", async () => {
      const response = await ask('POST', '/v1/runs/run-1/reports', { token: plane.southToken, body: report });
      assert.equal(response.status, 403);
      assert.equal((await problemOf(response)).code, 'FOREIGN_RUN');
      assert.deepEqual(plane.reports, []);
    });

    for (const [method, path] of [
      ['GET', '/v1/status'],
      ['POST', '/v1/batch/demands'],
      ['GET', '/v1/batch/demands/d-1'],
      ['PUT', '/v1/runs/run-1/rate'],
      ['POST', '/v1/runs/run-1/cancel'],
      ['GET', '/v1/ingestion-log'],
      ['GET', '/v1/run-log'],
      ['GET', '/v1/statistics'],
      ['GET', '/v1/services/usage'],
      ['PUT', '/v1/tenants/west'],
      ['DELETE', '/v1/tenants/north'],
      ['PATCH', '/v1/tenants/north'],
      ['POST', '/v1/shutdown'],
    ] as const) {
      it(`refuses a tenant's token ${method} ${path} with 403`, async () => {
        const response = await ask(method, path, { token: plane.northToken });
        assert.equal(response.status, 403);
        assert.equal((await problemOf(response)).code, 'PLATFORM_TOKEN_REQUIRED');
        assert.deepEqual(plane.calls, []);
      });
    }

    for (const host of [
      'attacker.example',
      '127.0.0.1.attacker.example',
      'attacker.example:80',
      '[::1]',
      'a@127.0.0.1',
    ]) {
      it(`refuses a request for the host ${host}, as a rebound name sends it`, async () => {
        const { status, text } = await rawRequest(server.url, { host });
        assert.ok(status === 403 || status === 400, `status ${status.toString()}`);
        assert.match(text, /"code":"(FOREIGN_HOST|MALFORMED_REQUEST)"/);
      });
    }

    it('is reached as localhost too', async () => {
      const { status } = await rawRequest(server.url, { host: `localhost:${new URL(server.url).port}` });
      assert.equal(status, 200);
    });

    it('allows no other origin', async () => {
      const response = await ask('OPTIONS', '/v1/status');
      assert.equal(response.status, 405);
      assert.equal(response.headers.get('access-control-allow-origin'), null);
    });
  });

  describe('bodies', () => {
    it('have to be JSON: 415', async () => {
      const response = await ask('POST', '/v1/batch/demands', { body: '{}', type: 'text/plain' });
      assert.equal(response.status, 415);
      assert.equal((await problemOf(response)).code, 'JSON_REQUIRED');
    });

    it('have to be well-formed: 400', async () => {
      const response = await ask('POST', '/v1/batch/demands', { body: '{"tenant":' });
      assert.equal(response.status, 400);
      assert.equal((await problemOf(response)).code, 'MALFORMED_JSON');
    });

    it('are told the path of each mistake: 400', async () => {
      const body = { ...report, counters: { ...noCounters, read: -1 }, state: 'lost', extra: 1 };
      const response = await ask('POST', '/v1/runs/run-1/reports', { body });
      assert.equal(response.status, 400);
      const { code, detail } = await problemOf(response);
      assert.equal(code, 'INVALID_INPUT');
      assert.match(detail ?? '', /body\.state: .*body\.counters\.read: .*extra/s);
    });

    it('are refused above 256 KiB by what their header says: 413', async () => {
      const response = await ask('POST', '/v1/batch/demands', { body: { tenant: 'x'.repeat(256 * 1024) } });
      assert.equal(response.status, 413);
      assert.equal((await problemOf(response)).code, 'BODY_TOO_LARGE');
    });

    it('are refused above 256 KiB while they stream in, without a length: 413', async () => {
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const { status } = await rawRequest(
        server.url,
        {
          'content-type': 'application/json',
          authorization: `Bearer ${plane.platformToken}`,
          'transfer-encoding': 'chunked',
        },
        { method: 'POST', path: '/v1/batch/demands', chunks: [chunk, chunk, chunk, chunk, chunk] },
      );
      assert.equal(status, 413);
      assert.deepEqual(plane.calls, []);
    });
  });

  describe('addresses', () => {
    it('answers 404 where there is nothing', async () => {
      assert.equal((await problemOf(await ask('GET', '/v1/nothing'))).code, 'NO_SUCH_ROUTE');
      assert.equal((await ask('GET', '/v1/nothing')).status, 404);
    });

    it('answers 405 to a method that a route does not take, and names those it takes', async () => {
      const response = await ask('POST', '/v1/tenants/north');
      assert.equal(response.status, 405);
      assert.equal(response.headers.get('allow'), 'PUT, DELETE, PATCH');
      assert.equal((await problemOf(response)).code, 'WRONG_METHOD');
    });

    it('refuses a tenant name with path characters: 400', async () => {
      const response = await ask('PUT', '/v1/tenants/..%2F..%2Fetc');
      assert.equal(response.status, 400);
      assert.match((await problemOf(response)).detail ?? '', /path\.tenant/);
      assert.deepEqual(plane.calls, []);
    });

    it('refuses a limit or a wait beyond the bounds: 400', async () => {
      for (const path of [
        '/v1/ingestion-log?limit=0',
        '/v1/ingestion-log?limit=1e9',
        '/v1/batch/demands/d-1?waitMs=30001',
        '/v1/runs/run-1/directives?after=x',
      ]) {
        assert.equal((await ask('GET', path)).status, 400, path);
      }
    });
  });

  describe('what it passes on', () => {
    it('takes a demand: 201, and says where its status is', async () => {
      const response = await ask('POST', '/v1/batch/demands', { body: { tenant: 'north' } });
      assert.equal(response.status, 201);
      assert.equal(response.headers.get('location'), '/v1/batch/demands/d-1');
      assert.deepEqual(plane.calls, [['demandBatch', { tenant: 'north' }]]);
    });

    it('registers, disables and unregisters tenants', async () => {
      assert.equal((await ask('PUT', '/v1/tenants/west')).status, 204);
      assert.equal((await ask('PATCH', '/v1/tenants/west', { body: { enabled: false } })).status, 204);
      assert.equal((await ask('DELETE', '/v1/tenants/west')).status, 204);
      assert.equal((await ask('DELETE', '/v1/tenants/west?data=true')).status, 204);
      assert.equal((await ask('DELETE', '/v1/tenants/west?data=maybe')).status, 400);
      assert.deepEqual(plane.calls, [
        ['addTenant', 'west'],
        ['setTenantEnabled', 'west', false],
        ['removeTenant', 'west', false],
        ['removeTenant', 'west', true],
      ]);
    });

    it('fills in the defaults of a query', async () => {
      await ask('GET', '/v1/ingestion-log?tenant=north');
      assert.deepEqual(plane.calls, [['ingestionLog', { tenant: 'north', limit: 100 }]]);
    });

    it('tells a PlatformError with its code and hint, with the status of its kind', async () => {
      const conflict = await ask('PUT', '/v1/tenants/north');
      assert.equal(conflict.status, 409);
      const { code, detail, hint } = await problemOf(conflict);
      assert.deepEqual([code, detail, hint], ['TENANT_REGISTERED', 'north is registered', 'Nothing to do.']);
      assert.equal((await ask('POST', '/v1/runs/run-9/cancel')).status, 404);
    });

    it('keeps the text of an internal error from clients and hands it to the platform', async () => {
      plane.breakage = new Error('secret detail');
      const response = await ask('GET', '/v1/status');
      assert.equal(response.status, 500);
      const text = JSON.stringify(await problemOf(response));
      assert.doesNotMatch(text, /secret|\.ts|at /);
      assert.deepEqual(faults, [plane.breakage]);
    });
  });

  describe('long polls', () => {
    const poll = '/v1/runs/run-1/directives?after=1&waitMs=30000';

    it('answer at once when there is something newer', async () => {
      const response = await ask('GET', '/v1/runs/run-1/directives?after=0&waitMs=30000', { token: plane.northToken });
      assert.deepEqual(await response.json(), plane.directivesNow);
    });

    it('wake when the directives change', async () => {
      const waiting = ask('GET', poll, { token: plane.northToken });
      await until(5_000, 'the poll', () => plane.polls.length === 1);
      await ask('PUT', '/v1/runs/run-1/rate', { body: { rowsPerSecond: 10, bytesPerSecond: null } });
      const answer = (await (await within(1_000, 'the wake-up', waiting)).json()) as { rate: unknown };
      assert.deepEqual(answer.rate, { rowsPerSecond: 10, bytesPerSecond: null });
    });

    it('tell a status once it is newer than the one that is known', async () => {
      const waiting = ask('GET', '/v1/status?after=1&waitMs=30000');
      await until(5_000, 'the poll', () => plane.polls.length === 1);
      await ask('PUT', '/v1/runs/run-1/rate', { body: { rowsPerSecond: 10, bytesPerSecond: null } });
      const answer = (await (await within(1_000, 'the wake-up', waiting)).json()) as { revision: number };
      assert.equal(answer.revision, 2);
    });

    it('end when the client goes away', async () => {
      const leaving = new AbortController();
      const waiting = fetch(server.url + poll, {
        headers: { Authorization: `Bearer ${plane.northToken}` },
        signal: leaving.signal,
      });
      await until(5_000, 'the poll', () => plane.polls.length === 1);
      leaving.abort();
      await assert.rejects(waiting);
      await until(5_000, 'the end of the poll', () => plane.polls[0]?.aborted);
    });

    it('end with 503 when the server stops, which takes no longer than its grace', async () => {
      const waiting = ask('GET', poll, { token: plane.northToken });
      await until(5_000, 'the poll', () => plane.polls.length === 1);
      await within(3_000, 'the stop', Promise.resolve(server.dispose()));
      const response = await waiting;
      assert.equal(response.status, 503);
      assert.equal((await problemOf(response)).code, 'CONTROL_PLANE_STOPS');
    });
  });

  it('answers what is not HTTP with problem details, and goes on', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write('RUBBISH\r\n\r\n'));
      let received = '';
      socket.on('data', (data: Buffer) => (received += data.toString()));
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
    });
    assert.match(text, /^HTTP\/1\.1 400 /);
    assert.match(text, /application\/problem\+json/);
    assert.equal((await ask('GET', '/v1/health')).status, 200);
  });
});

/** A request below fetch, which sets Host and lengths by itself. */
function rawRequest(
  url: string,
  headers: Record<string, string>,
  options: { method?: string; path?: string; chunks?: Buffer[] } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request(
      { hostname, port, method: options.method ?? 'GET', path: options.path ?? '/v1/health', headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    for (const chunk of options.chunks ?? []) sent.write(chunk);
    sent.end();
  });
}
