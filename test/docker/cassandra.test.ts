import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import type { Client } from 'cassandra-driver';
import { clientOf } from '../../src/coredms/cassandra/connect-client.ts';
import { dropTenantKeyspace, ensureTenantKeyspace } from '../../src/coredms/cassandra/tenant-keyspace.ts';
import { connectCoreDms } from '../../src/coredms/connect.ts';
import type { CoreDms } from '../../src/coredms/core-dms.ts';
import { readingAccess } from '../../src/coredms/location.ts';
import { until } from '../../src/foundation/deadlines.ts';
import type { CassandraCluster, Login } from '../../src/protocol/jobs.ts';
import { coreDmsContract } from '../contract/core-dms.contract.ts';
import { assertAccounted, itemsProfile, type PlatformFixture } from '../platform/platform-fixture.ts';
import { useDocker } from './harness/use-docker.ts';

/** Items whose key is a text, which Cassandra takes up to 65,535 bytes of. */
const textKeyed = itemsProfile().replace('id: int', 'id: text');

describe('CoreDms on Cassandra', function () {
  this.timeout(180_000);
  const docker = useDocker();
  let platform: PlatformFixture;
  let cluster: CassandraCluster;
  let admin: Login;
  let superuser: Client;
  const clients: Client[] = [];

  before(async function () {
    platform = await docker.platform(
      ['acme', 'globex', 'initech', 'umbrella'].map((name) => ({ name, profile: textKeyed })),
    );
    const { services } = await (await platform.up()).controlPlane.status();
    const { endpoint } = services.find(({ service }) => service === 'cassandra-1') ?? {};
    cluster = { contactPoints: [endpoint ?? ''], localDataCenter: 'dc1', addresses: {}, replication: 1 };
    ({ cassandra: admin } = await docker.credentials(platform));
    superuser = await clientOf(cluster, admin);
    clients.push(superuser);
    await superuser.connect();
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.shutdown()));
  });

  const asAdmin = (cql: string) => superuser.execute(cql, [], { prepare: false });

  async function tenantClient(tenant: string): Promise<Client> {
    const access = await readingAccess(platform.folder, tenant);
    assert.ok(access?.login);
    const client = await clientOf(cluster, access.login);
    await client.connect();
    return client;
  }

  async function storedIds(tenant: string): Promise<Set<unknown>> {
    return new Set((await platform.rows(tenant)).map(({ id }) => id));
  }

  describe('by its contract', () => {
    const tenant = 'contract';
    const login = { user: 'tenant__contract', password: 'of-the-contract' };
    const connect = (mode: 'read' | 'write') =>
      connectCoreDms({ target: { kind: 'cassandra', cluster, keyspace: tenant }, login }, mode);
    let dms: CoreDms | undefined;
    before(() => ensureTenantKeyspace(cluster, admin, tenant, login, false));
    after(async () => {
      await dms?.dispose();
      await dropTenantKeyspace(cluster, admin, tenant, login.user);
    });

    // One connection and one keyspace for all of it: making them takes longer than most of these tests.
    coreDmsContract('Cassandra', { laterChunkWinsTies: false, chunksAppearWhole: false }, async () => {
      dms ??= await connect('write');
      return {
        dms,
        connect,
        reopen: async () => {
          await dms?.dispose();
          dms = await connect('write');
          return dms;
        },
        dispose: async () => {
          const { rows } = await superuser.execute(
            'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?',
            [tenant],
          );
          for (const row of rows) await asAdmin(`DROP TABLE ${tenant}."${String(row.get('table_name'))}"`);
        },
      };
    });
  });

  it('ingests a file, and quarantines the row that Cassandra refuses with its words', async () => {
    const long = 'k'.repeat(70_000);
    const lines = Array.from({ length: 500 }, (_, i) => `${i},name ${i},1.50,2024-02-29, note ,true`);
    lines.splice(250, 0, `${long},too long,1,2024-02-29,,`);
    const record = await platform.ingest('acme', 'a.csv', `id,name,price,day,note,checked\n${lines.join('\n')}\n`);
    assertAccounted(record);
    assert.deepEqual([record.counters.read, record.counters.stored, record.counters.quarantined], [501, 500, 1]);
    const [reject] = await platform.rejects(record);
    assert.ok(reject);
    assert.equal(reject.code, 'ROW_REFUSED');
    assert.match(String(reject.reason), /Key length of 70000 is longer than maximum of 65535/);
    assert.equal(reject.record, 251);
    const rows = await platform.rows('acme');
    assert.equal(rows.length, 500);
    assert.deepEqual(
      rows.find(({ id }) => id === '7'),
      { id: '7', name: 'name 7', price: '1.50', day: '2024-02-29', note: 'note', checked: true },
    );
  });

  it('changes nothing when an older file comes after a newer one', async () => {
    const { stored } = (await platform.log('acme'))[0]?.counters ?? {};
    assert.equal(stored, 500);
    await platform.stage('acme', 'older.csv', 'id,name\n7,old name\nonly old,x\n', 86_400);
    const { records } = await platform.run('acme');
    assert.equal(records[0]?.counters.stored, 2);
    const rows = await platform.rows('acme');
    assert.equal(rows.length, 501);
    assert.equal(rows.find(({ id }) => id === '7')?.name, 'name 7');
  });

  it('keeps the password of a role to the platform and its runner', async () => {
    const { login } = (await readingAccess(platform.folder, 'acme')) ?? {};
    assert.ok(login);
    const { mode } = await stat(platform.folder.tenantLoginsFile);
    assert.equal(mode & 0o077, 0);
    const logged =
      (await platform.read('.mysimbdp/logs/platform.log')) + (await platform.read('.mysimbdp/coredms.json'));
    assert.ok(!logged.includes(login.password));
  });

  it("lets a tenant's role into its own keyspace only", async () => {
    await platform.ingest('globex', 'a.csv', 'id,name\n1,one\n');
    const acme = await tenantClient('acme');
    try {
      assert.equal((await acme.execute("SELECT name FROM acme.items WHERE id = '7'")).rowLength, 1);
      for (const cql of [
        'SELECT * FROM globex.items',
        "INSERT INTO globex.items (id) VALUES ('9')",
        'TRUNCATE globex.items',
        'CREATE TABLE globex.mine (id int PRIMARY KEY)',
        'DROP KEYSPACE globex',
        'DROP KEYSPACE acme',
        "CREATE ROLE other WITH PASSWORD = 'x' AND LOGIN = true",
        'GRANT SELECT ON KEYSPACE globex TO tenant__acme',
        "CREATE KEYSPACE more WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}",
        'SELECT * FROM system_auth.roles',
      ]) {
        await assert.rejects(acme.execute(cql, [], { prepare: false }), /permission|privileges|not authorized/i, cql);
      }
    } finally {
      await acme.shutdown();
    }
    assert.deepEqual([...(await storedIds('globex'))], ['1']);
  });

  it('adds a column that somebody has dropped, and stores nothing in it that Cassandra would hide', async () => {
    await asAdmin('ALTER TABLE globex.items DROP note');
    // Its rows are older than the drop.
    const record = await platform.ingest('globex', 'b.csv', 'id,name,note\n2,two,hidden\n3,three,\n');
    assert.equal(record.outcome, 'partial', JSON.stringify(record));
    assert.match(String((await platform.rejects(record))[0]?.reason), /note was dropped at .*hides what is older/);
    await platform.stage('globex', 'c.csv', 'id,name,note\n2,two,kept\n', 0);
    const { records } = await platform.run('globex');
    assert.equal(records[0]?.outcome, 'ingested');
    const notes = (await platform.rows('globex')).map(({ id, note }) => [id, note]);
    assert.deepEqual(notes.sort(), [
      ['1', null],
      ['2', 'kept'],
      ['3', null],
    ]);
  });

  it('refuses a table that somebody has made with another type, and says which', async () => {
    await asAdmin('DROP TABLE globex.items');
    await asAdmin('CREATE TABLE globex.items (id text PRIMARY KEY, name blob)');
    const record = await platform.ingest('globex', 'd.csv', 'id,name\n3,three\n');
    assert.equal(record.outcome, 'failed');
    assert.equal(record.cause?.code, 'TABLE_CHANGE_REFUSED');
    assert.match(record.cause.message, /name is blob and would become text/);
  });

  it('fails a run whose role may not write any more, and stores no row of it as quarantined', async () => {
    await platform.ingest('initech', 'a.csv', 'id,name\n1,one\n');
    await asAdmin('REVOKE MODIFY ON KEYSPACE initech FROM tenant__initech');
    await asAdmin('REVOKE MODIFY ON TABLE initech.items FROM tenant__initech');
    // Cassandra keeps permissions in mind for two seconds.
    await until(10_000, 'the permission to be gone', async () => {
      const client = await tenantClient('initech');
      try {
        return await client.execute("INSERT INTO initech.items (id) VALUES ('2')").then(
          () => false,
          () => true,
        );
      } finally {
        await client.shutdown();
      }
    });
    const record = await platform.ingest('initech', 'b.csv', 'id,name\n3,three\n');
    assert.equal(record.outcome, 'failed');
    assert.equal(record.cause?.code, 'COREDMS_FORBIDDEN');
    assert.match(record.cause.message, /MODIFY/);
    assert.equal(record.counters.quarantined, 0);
  });

  it('goes on with a file in the middle of which Cassandra was killed', async () => {
    const count = 60_000;
    const lines = Array.from({ length: count }, (_, i) => `${i},name of item ${i},1.50,2024-02-29,note ${i},true`);
    await platform.stage('umbrella', 'many.csv', `id,name,price,day,note,checked\n${lines.join('\n')}\n`);
    const { controlPlane } = await platform.up();
    const demand = await controlPlane.demandBatch({ tenant: 'umbrella' });
    await until(60_000, 'rows in Cassandra', async () => {
      const { runs } = await controlPlane.status();
      return runs.some(({ report }) => (report?.counters.rows ?? 0) > 2000);
    });
    await docker.engine.docker.getContainer(await docker.container(platform, 'cassandra-1')).kill();
    const { records } = await until(120_000, 'the end of the run', async () => {
      const status = await controlPlane.demandStatus(demand.id, 1000, new AbortController().signal);
      return status.finished ? status : undefined;
    });
    const [record] = records;
    assert.ok(record);
    assertAccounted(record);
    assert.equal(record.outcome, 'ingested', JSON.stringify(record.cause));
    assert.equal(record.counters.stored, count);
    const ids = await storedIds('umbrella');
    assert.equal(ids.size, count);
    for (let i = 0; i < count; i++) if (!ids.has(String(i))) assert.fail(`row ${i} is missing`);
  });

  it('removes a tenant with its keyspace and its role', async () => {
    await (await platform.up()).controlPlane.removeTenant('globex', true);
    const keyspaces = await superuser.execute('SELECT keyspace_name FROM system_schema.keyspaces');
    const roles = await superuser.execute('SELECT role FROM system_auth.roles');
    assert.ok(!keyspaces.rows.some((row) => row.get('keyspace_name') === 'globex'));
    assert.ok(!roles.rows.some((row) => row.get('role') === 'tenant__globex'));
    assert.equal(await readingAccess(platform.folder, 'globex'), undefined);
  });
});
