import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readingAccess } from '../../src/coredms/location.ts';
import { TenantLoginsFile } from '../../src/coredms/logins.ts';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { CoreDmsOfTenants } from '../../src/platform/core-dms-of-tenants.ts';
import type { ExternalCassandra } from '../../src/runtimes/runtime-settings.ts';
import type { CassandraAccess } from '../../src/runtimes/services.ts';

const cassandra: CassandraAccess = {
  kind: 'cassandra',
  cluster: { contactPoints: ['127.0.0.1:9'], localDataCenter: 'dc1', addresses: {}, replication: 1 },
  admin: { user: 'admin', password: 'x' },
};

const external = {
  kind: 'external' as const,
  cluster: cassandra.cluster,
  settings: {
    contactPoints: [{ host: '127.0.0.1', port: 9 }],
    localDataCenter: 'dc1',
    login: { user: 'platform', password: { file: 'password' } },
    tls: undefined,
    provision: 'existing',
    tenantPassword: undefined,
  } satisfies ExternalCassandra,
};

describe('where CoreDms of a platform folder is', () => {
  let folder: PlatformFolder;
  beforeEach(async () => {
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-')));
    await mkdir(folder.state);
  });
  afterEach(() => rm(folder.root, { recursive: true }));

  const embedded = () => new CoreDmsOfTenants(folder, () => undefined);
  const inCassandra = () => new CoreDmsOfTenants(folder, () => cassandra);

  it('is told once when it is another than before, for rows stay where they are', async () => {
    assert.equal(await embedded().settle(), undefined);
    const { target } = await embedded().accessOf('acme');
    assert.equal(target.kind, 'embedded');
    assert.equal(await inCassandra().settle(), 'embedded');
    assert.equal(await inCassandra().settle(), undefined);
    assert.equal(await embedded().settle(), 'cassandra');
  });

  it('is no other where nothing was ingested yet', async () => {
    assert.equal(await embedded().settle(), undefined);
    assert.equal(await inCassandra().settle(), undefined);
  });

  it('is found by those who look into it beside the control plane', async () => {
    assert.equal((await readingAccess(folder, 'acme'))?.target.kind, 'embedded');
    await inCassandra().settle();
    assert.equal(await readingAccess(folder, 'acme'), undefined, 'the tenant has nothing there yet');
    const logins = new TenantLoginsFile(folder, 'cassandra');
    await logins.set('acme', { user: 'tenant__acme', password: 'secret' }, true);
    assert.deepEqual(await readingAccess(folder, 'acme'), {
      target: { kind: 'cassandra', cluster: cassandra.cluster, keyspace: 'acme' },
      secrets: { login: { user: 'tenant__acme', password: 'secret' }, tls: null },
    });
    assert.equal((await stat(folder.tenantLoginsFile)).mode & 0o077, 0);
  });

  it('is in an external cluster with nothing secret written down, and told when it was one', async () => {
    const inExternal = (more: Partial<ExternalCassandra> = {}) =>
      new CoreDmsOfTenants(folder, () => ({ ...external, settings: { ...external.settings, ...more } }));
    await inCassandra().settle();
    assert.equal(await inExternal().settle(), 'cassandra');
    assert.equal(await inExternal().settle(), undefined);
    assert.equal(await readingAccess(folder, 'acme'), undefined, 'the tenant has nothing there yet');
    await new TenantLoginsFile(folder, 'external').set('acme', null, true);

    await assert.rejects(readingAccess(folder, 'acme'), { code: 'SECRET_MISSING', message: /password of platform/ });
    await writeFile(join(folder.root, 'password'), 'of-platform\n');
    const login = async () => (await readingAccess(folder, 'acme'))?.secrets.login;
    assert.deepEqual(await login(), { user: 'platform', password: 'of-platform' });

    await inExternal({ tenantPassword: { file: 'of-{tenant}' } }).settle();
    await writeFile(join(folder.root, 'of-acme'), 'of-acme\n');
    assert.deepEqual(await login(), { user: 'acme', password: 'of-acme' });

    await inExternal({ provision: 'managed' }).settle();
    await new TenantLoginsFile(folder, 'external').set('acme', { user: 'tenant__acme', password: 'made' }, true);
    assert.deepEqual(await login(), { user: 'tenant__acme', password: 'made' });

    await inExternal({ login: undefined }).settle();
    assert.equal(await login(), null);
    assert.doesNotMatch(await readFile(folder.coreDmsFile, 'utf8'), /of-platform|made/);
    assert.equal(await embedded().settle(), 'external');
  });

  it('has to be up before a tenant that has rows there is deleted', async () => {
    await new TenantLoginsFile(folder, 'cassandra').set('acme', { user: 'tenant__acme', password: 'x' }, true);
    await assert.rejects(embedded().requireReach('acme'), { code: 'ROWS_OUT_OF_REACH' });
    await embedded().requireReach('globex');
    await inCassandra().requireReach('acme');
    await new TenantLoginsFile(folder, 'external').set('globex', null, true);
    await assert.rejects(inCassandra().requireReach('globex'), { code: 'ROWS_OUT_OF_REACH', message: /external/ });
  });
});
