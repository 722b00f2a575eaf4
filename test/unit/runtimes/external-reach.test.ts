import assert from 'node:assert/strict';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { readFile } from 'node:fs/promises';
import { greetCassandra } from '../../../src/runtimes/external/cassandra-words.ts';
import { reach } from '../../../src/runtimes/external/reach.ts';
import type { StepOutcome } from '../../../src/runtimes/external/steps.ts';
import type { TlsMaterial } from '../../../src/protocol/jobs.ts';
import { TestAuthority, type Issued } from '../../certificates.ts';
import { missing } from '../../required.ts';

/** What every Cassandra answers to the first words: SUPPORTED, with an empty list. */
const supported = Buffer.from([0x84, 0, 0, 1, 0x06, 0, 0, 0, 2, 0, 0]);
const stepMs = 1000;

describe('the way to a server of somebody else', () => {
  let authority: TestAuthority;
  let server: Issued;
  let other: Issued;
  let expired: Issued;
  let client: Issued;
  let strangers: TestAuthority;
  let stranger: Issued;
  const servers: Server[] = [];

  before(async function () {
    this.timeout(30_000);
    const made = await Promise.all([TestAuthority.create(), TestAuthority.create('somebody else')]);
    if (!made[0] || !made[1]) return missing(this, 'openssl', 'There is no openssl.');
    [authority, strangers] = made;
    // One after the other: the authority numbers what it issues.
    server = await authority.issue('server', 'DNS:localhost,IP:127.0.0.1');
    other = await authority.issue('other', 'DNS:db1.example');
    expired = await authority.issue('expired', 'DNS:localhost', -1);
    client = await authority.issue('client', 'DNS:client');
    stranger = await strangers.issue('stranger', 'DNS:client');
  });
  after(async () => {
    await Promise.all([authority.dispose(), strangers.dispose()]);
  });
  afterEach(() => {
    for (const one of servers.splice(0)) one.close();
  });

  /** Says the first words of Cassandra to whoever says anything. */
  const talk = (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(supported));
  };

  async function listening(listener: Server): Promise<number> {
    servers.push(listener);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return (listener.address() as AddressInfo).port;
  }
  const plain = (onConnect: (socket: Socket) => void = talk) => listening(createTcpServer(onConnect));
  async function secured({ cert, keyText }: Issued, options: TlsOptions = {}): Promise<number> {
    return listening(createTlsServer({ cert, key: keyText, ...options }, talk));
  }
  const asking = async (): Promise<TlsOptions> => ({
    requestCert: true,
    rejectUnauthorized: true,
    ca: await readFile(authority.ca, 'utf8'),
  });
  async function trusting(more: Partial<TlsMaterial> = {}): Promise<TlsMaterial> {
    return { ca: await readFile(authority.ca, 'utf8'), client: undefined, verifyHostname: true, ...more };
  }

  async function go(port: number, tls?: TlsMaterial, host = 'localhost') {
    const steps: StepOutcome[] = [];
    const tell = (outcome: StepOutcome) => steps.push(outcome);
    const problem = await reach('cassandra', { host, port }, tls, greetCassandra, tell, stepMs).then(
      () => undefined,
      (error: unknown) => error as { code: string; message: string; hint: string },
    );
    return { problem, steps };
  }

  it('goes through every step, and tells each', async () => {
    const { problem, steps } = await go(await secured(server), await trusting());
    assert.equal(problem, undefined);
    assert.deepEqual(
      steps.map(({ step }) => step),
      ['resolve', 'connect', 'tls', 'protocol'],
    );
    assert.match(steps[2]?.detail ?? '', /TLSv1\.3, certificate of server/);
    assert.equal((await go(await plain())).problem, undefined);
  });

  it('holds an address against the certificate as well', async () => {
    assert.equal((await go(await secured(server), await trusting(), '127.0.0.1')).problem, undefined);
    const { problem } = await go(await secured(expired), await trusting(), '127.0.0.1');
    assert.equal(problem?.code, 'SERVER_CERTIFICATE_EXPIRED');
  });

  it('shows its certificate to a server that asks for one', async () => {
    const own = { client: { cert: client.cert, key: client.keyText } };
    assert.equal((await go(await secured(server, await asking()), await trusting(own))).problem, undefined);
  });

  /** What is wrong: the code, the step that fails, and words that the message has. */
  function fails(outcome: Awaited<ReturnType<typeof go>>, code: string, step: string, words: RegExp) {
    assert.equal(outcome.problem?.code, code, JSON.stringify(outcome.problem));
    assert.match(outcome.problem.message, words);
    const last = outcome.steps.at(-1);
    assert.equal(last?.step, step);
    assert.equal(last.problem?.severity, 'failure');
    assert.ok(outcome.problem.hint.length > 10);
  }

  it('tells a name that has no address', async () => {
    fails(await go(9042, undefined, 'db1.invalid'), 'HOST_NOT_RESOLVED', 'resolve', /db1\.invalid:9042/);
  });

  it('tells a port that nobody listens on', async () => {
    const port = await plain();
    await new Promise((resolve) => servers.pop()?.close(resolve));
    fails(await go(port), 'CONNECTION_REFUSED', 'connect', /nobody listens at localhost/);
  });

  it('tells a server that says nothing', async () => {
    const silent = await plain(() => undefined);
    fails(await go(silent), 'CONNECTION_TIMED_OUT', 'protocol', /first words/);
    fails(await go(silent, await trusting()), 'CONNECTION_TIMED_OUT', 'tls', /TLS handshake/);
  });

  it('tells a certificate that is not trusted, and who has issued it', async () => {
    const port = await secured(server);
    const outcome = await go(port, { ca: undefined, client: undefined, verifyHostname: true });
    fails(outcome, 'SERVER_CERTIFICATE_UNTRUSTED', 'tls', /issued by mysimbdp test authority/);
    const wrong = await go(port, await trusting({ ca: await readFile(strangers.ca, 'utf8') }));
    fails(wrong, 'SERVER_CERTIFICATE_UNTRUSTED', 'tls', /issued by mysimbdp test authority/);
  });

  it('tells a certificate of another host, and of which, unless that check is given up', async () => {
    const port = await secured(other);
    fails(await go(port, await trusting()), 'SERVER_CERTIFICATE_WRONG_HOST', 'tls', /DNS:db1\.example/);
    assert.equal((await go(port, await trusting({ verifyHostname: false }))).problem, undefined);
    // Whom it is issued by still counts.
    const untrusted = await go(port, { ca: undefined, client: undefined, verifyHostname: false });
    assert.equal(untrusted.problem?.code, 'SERVER_CERTIFICATE_UNTRUSTED');
  });

  it('tells a certificate that has expired, and when', async () => {
    const year = String(new Date().getFullYear());
    const outcome = await go(await secured(expired), await trusting());
    fails(outcome, 'SERVER_CERTIFICATE_EXPIRED', 'tls', new RegExp(`has expired on .*${year}`));
  });

  it('tells that a client certificate is wanted, also when the server says so behind the handshake', async () => {
    const port = await secured(server, await asking());
    fails(await go(port, await trusting()), 'CLIENT_CERTIFICATE_REQUIRED', 'protocol', /client certificate/);
  });

  it('tells that only TLS is spoken there', async () => {
    fails(await go(await secured(server)), 'TLS_REQUIRED', 'protocol', /no tls for it/);
    const asks = await secured(server, await asking());
    fails(await go(asks), 'TLS_REQUIRED', 'protocol', /no tls for it/);
  });

  it('tells that no TLS is spoken there', async () => {
    fails(await go(await plain(), await trusting()), 'TLS_NOT_SPOKEN', 'tls', /without TLS/);
  });

  it('tells a server of something else', async () => {
    const web = await plain((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    fails(await go(web), 'NOT_THAT_SERVICE', 'protocol', /does not speak its protocol/);
    fails(await go(web, await trusting()), 'TLS_FAILED', 'tls', /no TLS connection/);
  });

  it('tells a client certificate that is not taken', async () => {
    const own = { client: { cert: stranger.cert, key: stranger.keyText } };
    // Node ends the connection without an alert; the services do not, see test/docker/external.test.ts.
    const { problem } = await go(await secured(server, await asking()), await trusting(own));
    assert.ok(problem);
    assert.match(problem.code, /^(CLIENT_CERTIFICATE_REFUSED|NOT_THAT_SERVICE)$/);
  });
});
