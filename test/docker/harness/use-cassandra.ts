import assert from 'node:assert/strict';
import type { Client } from 'cassandra-driver';
import type Dockerode from 'dockerode';
import { clientOf } from '../../../src/coredms/cassandra/connect-client.ts';
import { readingAccess } from '../../../src/coredms/location.ts';
import { within } from '../../../src/foundation/deadlines.ts';
import type { CassandraCluster, Login } from '../../../src/protocol/jobs.ts';
import { itemsProfile, type PlatformFixture, type TenantFixture } from '../../platform/platform-fixture.ts';
import { useDocker, type SuiteDocker } from './use-docker.ts';

/** Items whose key is a text, which Cassandra takes up to 65,535 bytes of. @param batch YAML in braces */
export function textKeyed(batch?: string): string {
  return itemsProfile(batch === undefined ? {} : { batch }).replace('id: int', 'id: text');
}

/** A platform on Docker that is up, and what can be done to its Cassandra behind its back. */
export class SuiteCassandra {
  readonly docker: SuiteDocker;
  readonly #clients: Client[] = [];
  #platform: PlatformFixture | undefined;
  #cluster: CassandraCluster | undefined;
  #admin: Login | undefined;
  #superuser: Client | undefined;

  constructor(docker: SuiteDocker) {
    this.docker = docker;
  }

  get platform(): PlatformFixture {
    return begun(this.#platform);
  }
  get cluster(): CassandraCluster {
    return begun(this.#cluster);
  }
  get admin(): Login {
    return begun(this.#admin);
  }
  get superuser(): Client {
    return begun(this.#superuser);
  }

  async begin(tenants: TenantFixture[], settings: string): Promise<void> {
    const platform = await this.docker.platform(tenants, settings);
    this.#platform = platform;
    await platform.up();
    const location = JSON.parse(await platform.read('.mysimbdp/coredms.json')) as { cluster: CassandraCluster };
    this.#cluster = location.cluster;
    ({ cassandra: this.#admin } = await this.docker.credentials(platform));
    this.#superuser = await this.client(this.admin);
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.shutdown()));
  }

  /** A client of its own, which is ended with the suite. */
  async client(login: Login): Promise<Client> {
    const client = await clientOf(this.cluster, { login, tls: null });
    this.#clients.push(client);
    await client.connect();
    return client;
  }

  /** As the tenant's own role. */
  async tenantClient(tenant: string): Promise<Client> {
    const access = await readingAccess(this.platform.folder, tenant);
    assert.ok(access?.secrets.login);
    return this.client(access.secrets.login);
  }

  /** Has the superuser do something that the platform does not know of. */
  asAdmin(cql: string) {
    return this.superuser.execute(cql, [], { prepare: false });
  }

  async storedIds(tenant: string): Promise<Set<string>> {
    return new Set((await this.platform.rows(tenant)).map(({ id }) => String(id)));
  }

  /** The container of a node. */
  async node(number = 1): Promise<Dockerode.Container> {
    return this.docker.engine.docker.getContainer(await this.docker.container(this.platform, `cassandra-${number}`));
  }

  /** Runs `nodetool` in the container of a node, until it is done. */
  async nodetool(...args: string[]): Promise<void> {
    const exec = await (await this.node()).exec({ Cmd: ['nodetool', ...args], AttachStdout: true, AttachStderr: true });
    const output = await exec.start({});
    let said = '';
    const ended = new Promise<void>((resolve, reject) => {
      output.on('data', (piece: Buffer) => (said += piece.toString()));
      output.once('end', resolve);
      output.once('error', reject);
    });
    await within(60_000, `nodetool ${args.join(' ')}`, ended);
    assert.equal((await exec.inspect()).ExitCode, 0, said);
  }
}

function begun<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the suite has not begun');
  return value;
}

/** Declares that the suite works on a platform with a real Cassandra; call it in a `describe`. @param settings YAML of `runtime.docker` */
export function useCassandra(tenants: TenantFixture[], settings = '{}'): SuiteCassandra {
  // Ends its clients before their servers go.
  after(() => cassandra.end());
  const cassandra = new SuiteCassandra(useDocker());
  before(async function () {
    this.timeout(300_000);
    await cassandra.begin(tenants, settings);
  });
  return cassandra;
}
