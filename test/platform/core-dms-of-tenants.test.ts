import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readingAccess } from '../../src/coredms/location.ts';
import { TenantLoginsFile } from '../../src/coredms/logins.ts';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { CoreDmsOfTenants } from '../../src/platform/core-dms-of-tenants.ts';
import type { CassandraAccess } from '../../src/runtimes/services.ts';

const cassandra: CassandraAccess = {
  cluster: { contactPoints: ['127.0.0.1:9'], localDataCenter: 'dc1', addresses: {}, replication: 1 },
  admin: { user: 'admin', password: 'x' },
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
    const logins = new TenantLoginsFile(folder.tenantLoginsFile);
    await logins.set('acme', { user: 'tenant__acme', password: 'secret' }, true);
    assert.deepEqual(await readingAccess(folder, 'acme'), {
      target: { kind: 'cassandra', cluster: cassandra.cluster, keyspace: 'acme' },
      login: { user: 'tenant__acme', password: 'secret' },
    });
    assert.equal((await stat(folder.tenantLoginsFile)).mode & 0o077, 0);
  });

  it('has to be up before a tenant that has rows there is deleted', async () => {
    await new TenantLoginsFile(folder.tenantLoginsFile).set('acme', { user: 'tenant__acme', password: 'x' }, true);
    await assert.rejects(embedded().requireReach('acme'), { code: 'ROWS_OUT_OF_REACH' });
    await embedded().requireReach('globex');
    await inCassandra().requireReach('acme');
  });
});
