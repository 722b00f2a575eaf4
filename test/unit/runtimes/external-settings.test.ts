import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEndpoint, type TlsSettings } from '../../../src/runtimes/runtime-settings.ts';
import { readSecret, referenceOf } from '../../../src/runtimes/secrets.ts';
import { readTlsFiles } from '../../../src/runtimes/tls-files.ts';
import { TestAuthority } from '../../certificates.ts';
import { missing } from '../../required.ts';

describe('where a server is', () => {
  for (const [text, host, port] of [
    ['db1.example', 'db1.example', 9042],
    ['db1.example:9142', 'db1.example', 9142],
    ['10.0.0.7:1', '10.0.0.7', 1],
    ['[::1]:9142', '::1', 9142],
    ['[fe80::1]', 'fe80::1', 9042],
  ] as const) {
    it(`is read from ${text}`, () => assert.deepEqual(parseEndpoint(text, 9042), { host, port }));
  }
  for (const text of ['', 'a b', 'db1:0', 'db1:70000', 'cassandra://db1', 'me:secret@db1:9042', '::1'])
    it(`is not read from "${text}"`, () => assert.equal(parseEndpoint(text, 9042), undefined));
});

describe('a secret', () => {
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'mysimbdp-secrets-'))));
  afterEach(() => rm(root, { recursive: true, force: true }));

  const read = (reference: { env?: string; file?: string }, env: Record<string, string> = {}) =>
    readSecret('me at kafka', reference, { root, env });

  it('comes from the environment', async () => {
    assert.deepEqual(await read({ env: 'PASSWORD' }, { PASSWORD: ' kept as it is ' }), {
      value: ' kept as it is ',
      warnings: [],
    });
  });

  it('comes from a file below the platform folder, without the line end that editors add', async () => {
    await writeFile(join(root, 'secret'), 'hush\n', { mode: 0o600 });
    assert.deepEqual(await read({ file: 'secret' }), { value: 'hush', warnings: [] });
  });

  it('is used from a file that others can read, with a warning that says how to mend it', async function () {
    if (process.platform === 'win32') return this.skip();
    await writeFile(join(root, 'secret'), 'hush\n');
    await chmod(join(root, 'secret'), 0o640);
    const { value, warnings } = await read({ file: 'secret' });
    assert.equal(value, 'hush');
    assert.deepEqual(
      warnings.map(({ code, hint }) => [code, hint]),
      [['SECRET_READABLE_BY_OTHERS', `Take that from them: chmod 600 ${join(root, 'secret')}`]],
    );
  });

  it('of a tenant is where the pattern leads with its name, in capitals for variables that are called so', () => {
    for (const [pattern, one] of [
      [{ env: 'CASSANDRA_{TENANT}' }, { env: 'CASSANDRA_MY_SHOP', file: undefined }],
      [{ env: '{tenant}_password' }, { env: 'my_shop_password', file: undefined }],
      [{ file: 'secrets/{tenant}/{tenant}' }, { env: undefined, file: 'secrets/my_shop/my_shop' }],
    ] as const)
      assert.deepEqual(referenceOf(pattern, 'my_shop'), one);
  });

  it('that is not there is told of by where it should be', async () => {
    await writeFile(join(root, 'empty'), '\n');
    for (const [reference, words] of [
      [{ env: 'NOWHERE' }, /me at kafka .*the environment has no NOWHERE/],
      [{ file: 'nowhere' }, /there is no file .*nowhere/],
      [{ file: 'empty' }, /empty is empty/],
    ] as const)
      await assert.rejects(read(reference), { code: 'SECRET_MISSING', message: words });
  });
});

describe('files for TLS', () => {
  let authority: TestAuthority;
  before(async function () {
    const made = await TestAuthority.create();
    if (!made) return missing(this, 'openssl', 'There is no openssl.');
    authority = made;
  });
  after(() => authority.dispose());

  const places = () => ({ root: authority.folder, env: { PASSPHRASE: 'open it', OTHER: 'another' } });
  const read = (more: Partial<TlsSettings>) =>
    readTlsFiles({ ca: undefined, client: undefined, verifyHostname: true, ...more }, places());

  it('that fit each other are read', async () => {
    const { certificate, key, cert } = await authority.issue('one', 'DNS:one');
    const { material, warnings } = await read({ ca: 'ca.pem', client: { certificate, key } });
    assert.equal(material.client?.cert, cert);
    assert.deepEqual(warnings, []);
  });

  it('with a passphrase is opened for clients that take none', async () => {
    const { certificate, key, cert } = await authority.issue('one', 'DNS:one');
    const plain = createPrivateKey(await readFile(key));
    const locked = plain.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open it' });
    await writeFile(join(authority.folder, 'locked.key'), locked, { mode: 0o600 });
    const client = { certificate, key: 'locked.key' };
    const { material, warnings } = await read({ client: { ...client, passphrase: { env: 'PASSPHRASE' } } });
    assert.equal(material.client?.cert, cert);
    assert.ok(createPrivateKey(material.client.key).equals(plain));
    assert.deepEqual(warnings, []);
    for (const [passphrase, code, words] of [
      [undefined, 'TLS_FILE_UNUSABLE', /locked\.key /],
      [{ env: 'OTHER' }, 'TLS_FILE_UNUSABLE', /locked\.key .*the passphrase does not open it/],
      [{ env: 'NOWHERE' }, 'SECRET_MISSING', /the passphrase of .*locked\.key is not .*no NOWHERE/],
    ] as const)
      await assert.rejects(read({ client: { ...client, passphrase } }), { code, message: words });
  });

  it('that cannot be used are told of, each with the reason', async () => {
    const one = await authority.issue('one', 'DNS:one');
    const two = await authority.issue('two', 'DNS:two');
    const old = await authority.issue('old', 'DNS:old', -1);
    for (const [settings, words] of [
      [{ ca: 'nowhere.pem' }, /nowhere\.pem .*there is no such file/],
      [{ ca: 'one.key' }, /one\.key .*there is no certificate in it/],
      [{ client: { certificate: one.certificate, key: two.key } }, /two\.key .*key values mismatch/],
      [{ client: { certificate: old.certificate, key: old.key } }, /old\.pem .*has expired on/],
    ] as const)
      await assert.rejects(read(settings), { code: 'TLS_FILE_UNUSABLE', message: words });
  });
});
