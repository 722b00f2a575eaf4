import assert from 'node:assert/strict';
import {
  cassandraProvision,
  type CassandraNeeds,
  type Row,
} from '../../../src/runtimes/external/cassandra-provision.ts';

/** A cluster that answers as Cassandra does. */
interface Cluster {
  keyspaces?: string[];
  roles?: string[];
  /** By role: `SELECT <keyspace acme>`. Undefined: there is no authorizer. */
  permissions?: Record<string, string[]>;
  superuser?: boolean;
}

const row = (values: Record<string, unknown>): Row => ({ get: (column) => values[column] });

function answering({ keyspaces = [], roles = [], permissions, superuser = false }: Cluster) {
  return (statement: string): Promise<Row[]> => {
    const [, role = ''] = /OF "(\w+)"$/.exec(statement) ?? [];
    if (statement.startsWith('LIST ROLES OF')) return Promise.resolve([row({ role, super: superuser })]);
    if (statement === 'LIST ROLES') return Promise.resolve(roles.map((one) => row({ role: one })));
    if (statement.startsWith('LIST ALL PERMISSIONS')) {
      if (!permissions) return Promise.reject(Object.assign(new Error('not supported'), { code: 0x2200 }));
      const of = (permissions[role] ?? []).map((one) => one.split(/ (.*)/));
      return Promise.resolve(of.map(([permission, resource]) => row({ permission, resource })));
    }
    return Promise.resolve(keyspaces.map((keyspace_name) => row({ keyspace_name })));
  };
}

const needs = (more: Partial<CassandraNeeds> = {}): CassandraNeeds => ({
  user: 'platform',
  provision: 'existing',
  hasTenantRoles: true,
  replication: { dataCenter: 'dc1', replicas: 3 },
  ...more,
});
const grants = (keyspace: string, role: string) =>
  ['CREATE', 'ALTER', 'SELECT', 'MODIFY'].map((one) => `GRANT ${one} ON KEYSPACE "${keyspace}" TO "${role}";`);

describe('what an external Cassandra lacks', () => {
  it('are the keyspace, the role of the tenant, and all that a run does as that role', async () => {
    const cluster = answering({ permissions: { platform: ['DESCRIBE <all roles>'] } });
    assert.deepEqual(await cassandraProvision(cluster, needs(), ['acme']), {
      missing: [
        `CREATE KEYSPACE IF NOT EXISTS "acme" WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3};`,
        `CREATE ROLE IF NOT EXISTS "acme" WITH LOGIN = true AND PASSWORD = '<its password>';`,
        ...grants('acme', 'acme'),
      ],
      unseen: [],
      remarks: [],
    });
  });

  it('is nothing once the statements were run: the platform itself needs nothing in the keyspace', async () => {
    const granted = ['CREATE', 'ALTER', 'SELECT', 'MODIFY'].map((one) => `${one} <keyspace acme>`);
    const permissions = { platform: ['DESCRIBE <all roles>'], acme: granted };
    const cluster = answering({ keyspaces: ['acme'], roles: ['acme'], permissions });
    assert.deepEqual(await cassandraProvision(cluster, needs(), ['acme']), { missing: [], unseen: [], remarks: [] });
  });

  it('are permissions of the platform itself where tenants have no roles, which is remarked', async () => {
    const cluster = answering({
      keyspaces: ['acme', '_systems'],
      permissions: { platform: ['ALTER <all keyspaces>'] },
    });
    const found = await cassandraProvision(cluster, needs({ hasTenantRoles: false }), ['acme', 'systems']);
    const without = (keyspace: string) => grants(keyspace, 'platform').filter((one) => !one.includes('ALTER'));
    assert.deepEqual(found.missing, [...without('acme'), ...without('_systems')]);
    assert.match(found.remarks.join(), /Runs of all tenants log in as platform.*tenantPassword/);
  });

  it('where nobody logs in is the keyspace alone', async () => {
    const found = await cassandraProvision(answering({}), needs({ user: undefined, hasTenantRoles: false }), ['acme']);
    assert.equal(found.missing.length, 1);
    assert.match(found.remarks.join(), /Nobody has to log in/);
  });

  it('where the platform makes things is the permission to', async () => {
    const found = await cassandraProvision(answering({ permissions: {} }), needs({ provision: 'managed' }), ['acme']);
    assert.deepEqual(found.missing, [
      'GRANT CREATE ON ALL KEYSPACES TO "platform";',
      'GRANT CREATE ON ALL ROLES TO "platform";',
    ]);
  });

  it('is told of when a tenant has the name of the platform itself', async () => {
    const found = await cassandraProvision(answering({ superuser: true, permissions: {} }), needs(), ['platform']);
    assert.match(found.remarks.join(), /The tenant platform would log in as the platform's own user/);
  });
});
