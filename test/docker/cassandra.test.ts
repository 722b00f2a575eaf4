import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { dropTenantKeyspace, ensureTenantKeyspace } from '../../src/coredms/cassandra/tenant-keyspace.ts';
import { connectCoreDms } from '../../src/coredms/connect.ts';
import type { CoreDms } from '../../src/coredms/core-dms.ts';
import { readingAccess } from '../../src/coredms/location.ts';
import { until } from '../../src/foundation/deadlines.ts';
import { coreDmsContract } from '../contract/core-dms.contract.ts';
import { assertAccounted, type PlatformFixture } from '../platform/platform-fixture.ts';
import { textKeyed, useCassandra } from './harness/use-cassandra.ts';

describe('CoreDms on Cassandra', function () {
  this.timeout(180_000);
  const cassandra = useCassandra(['acme', 'globex', 'initech'].map((name) => ({ name, profile: textKeyed() })));
  let platform: PlatformFixture;
  before(() => ({ platform } = cassandra));
  const asAdmin = (cql: string) => cassandra.asAdmin(cql);

  describe('by its contract', () => {
    const tenant = 'contract';
    const login = { user: 'tenant__contract', password: 'of-the-contract' };
    const secrets = { login, tls: null };
    const admin = () => ({ login: cassandra.admin, tls: null });
    const connect = (mode: 'read' | 'write') =>
      connectCoreDms({ target: { kind: 'cassandra', cluster: cassandra.cluster, keyspace: tenant }, secrets }, mode);
    let dms: CoreDms | undefined;
    before(() => ensureTenantKeyspace(cassandra.cluster, admin(), tenant, login, false));
    after(async () => {
      await dms?.dispose();
      await dropTenantKeyspace(cassandra.cluster, admin(), tenant, login.user);
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
          const { rows } = await cassandra.superuser.execute(
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

  it('shows nothing of an older file in a cell that is empty since a newer one, also behind a compaction', async () => {
    await platform.ingest('acme', 'empty.csv', 'id,name,note\n900,new,\n');
    await cassandra.nodetool('flush', 'acme');
    await cassandra.nodetool('compact', 'acme');
    await platform.stage('acme', 'with-note.csv', 'id,name,note\n900,old,of the old one\n', 86_400);
    assert.equal((await platform.run('acme')).records[0]?.counters.stored, 1);
    const row = (await platform.rows('acme')).find(({ id }) => id === '900');
    assert.deepEqual([row?.name, row?.note], ['new', null]);
  });

  it('keeps the password of a role to the platform and its runner', async () => {
    const { login } = (await readingAccess(platform.folder, 'acme'))?.secrets ?? {};
    assert.ok(login);
    const { mode } = await stat(platform.folder.tenantLoginsFile);
    assert.equal(mode & 0o077, 0);
    const logged =
      (await platform.read('.mysimbdp/logs/platform.log')) + (await platform.read('.mysimbdp/coredms.json'));
    assert.ok(!logged.includes(login.password));
  });

  it("lets a tenant's role into its own keyspace only", async () => {
    await platform.ingest('globex', 'a.csv', 'id,name\n1,one\n');
    const acme = await cassandra.tenantClient('acme');
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
    assert.deepEqual([...(await cassandra.storedIds('globex'))], ['1']);
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
      const client = await cassandra.tenantClient('initech');
      return client.execute("INSERT INTO initech.items (id) VALUES ('2')").then(
        () => false,
        () => true,
      );
    });
    const record = await platform.ingest('initech', 'b.csv', 'id,name\n3,three\n');
    assert.equal(record.outcome, 'failed');
    assert.equal(record.cause?.code, 'COREDMS_FORBIDDEN');
    assert.match(record.cause.message, /MODIFY/);
    assert.equal(record.counters.quarantined, 0);
  });

  it('removes a tenant with its keyspace and its role', async () => {
    await (await platform.up()).controlPlane.removeTenant('globex', true);
    const keyspaces = await cassandra.superuser.execute('SELECT keyspace_name FROM system_schema.keyspaces');
    const roles = await cassandra.superuser.execute('SELECT role FROM system_auth.roles');
    assert.ok(!keyspaces.rows.some((row) => row.get('keyspace_name') === 'globex'));
    assert.ok(!roles.rows.some((row) => row.get('role') === 'tenant__globex'));
    assert.equal(await readingAccess(platform.folder, 'globex'), undefined);
  });
});
