import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CoreDmsAccess } from '../coredms/connect.ts';
import { keyspaceTaken } from '../coredms/core-dms-errors.ts';
import { platformSecrets, tenantSecrets } from '../coredms/external-access.ts';
import {
  coreDmsLocation,
  readCoreDmsLocation,
  targetAt,
  writeCoreDmsLocation,
  type CoreDmsLocation,
} from '../coredms/location.ts';
import { keptLogin, servedKinds, TenantLoginsFile, type ServedKind } from '../coredms/logins.ts';
import * as keyspaces from '../coredms/tenant-keyspaces.ts';
import { systemCode } from '../foundation/errors.ts';
import { newPassword } from '../foundation/passwords.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { noSecrets, type ClusterSecrets, type CoreDmsTarget, type Login } from '../protocol/jobs.ts';
import { platformUserRefused, rowsOutOfReach, tenantRoleRefused } from './faults.ts';
import type { CassandraAccess } from '../runtimes/services.ts';

/**
 * CoreDms of a platform that is up: where each tenant's keyspace is, and who is let in. In Cassandra a keyspace and its role
 * are made with the tenant's first run, or looked for there where somebody else makes them.
 */
export class CoreDmsOfTenants {
  readonly #folder: PlatformFolder;
  readonly #cassandra: () => CassandraAccess | undefined;
  readonly #logins: Readonly<Record<ServedKind, TenantLoginsFile>>;
  /** Tenants whose keyspace this control plane has seen or made. */
  readonly #seen = new Set<string>();
  /** One change of keyspaces and roles after another. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param cassandra where it is now; undefined for the embedded store */
  constructor(folder: PlatformFolder, cassandra: () => CassandraAccess | undefined) {
    this.#folder = folder;
    this.#cassandra = cassandra;
    this.#logins = {
      cassandra: new TenantLoginsFile(folder, 'cassandra'),
      external: new TenantLoginsFile(folder, 'external'),
    };
  }

  /**
   * Writes down where CoreDms is now.
   * @returns the kind that it was of until now, when that is another one: rows stay where they are
   */
  async settle(): Promise<CoreDmsLocation['kind'] | undefined> {
    const location = this.#location();
    const before = await readCoreDmsLocation(this.#folder);
    const changed = before.kind !== location.kind;
    if (JSON.stringify(before) !== JSON.stringify(location)) await writeCoreDmsLocation(this.#folder, location);
    const hadRows = before.kind !== 'embedded' || existsSync(dirname(this.#folder.embeddedKeyspace('x')));
    return changed && hadRows ? before.kind : undefined;
  }

  targetOf(tenant: string): CoreDmsTarget {
    return targetAt(this.#folder, this.#location(), tenant);
  }

  /**
   * Makes the keyspace where it is missing, and says how to get in.
   * @throws PlatformError COREDMS_…, CREDENTIALS_UNREADABLE; of an external cluster SECRET_MISSING, TLS_FILE_UNUSABLE,
   * KEYSPACE_NOT_FOUND as well
   */
  async accessOf(tenant: string): Promise<CoreDmsAccess> {
    const target = this.targetOf(tenant);
    if (target.kind === 'embedded') {
      await mkdir(dirname(target.file), { recursive: true });
      return { target, secrets: noSecrets };
    }
    await this.settle();
    return { target, secrets: await this.#inTurn(() => this.#secretsOf(tenant)) };
  }

  /** The next access looks whether the keyspace and its role are still there, and makes them anew where they are not. */
  doubt(tenant: string): void {
    this.#seen.delete(tenant);
  }

  /** ROWS_OUT_OF_REACH when the tenant has rows in a Cassandra that is not up, and none in one that is. */
  async requireReach(tenant: string): Promise<void> {
    const kinds = await this.#servedKindsOf(tenant);
    const here = this.#cassandra()?.kind;
    const [elsewhere] = kinds.filter((kind) => kind !== here);
    if (elsewhere && !(here && kinds.includes(here))) throw rowsOutOfReach(tenant, elsewhere);
  }

  /**
   * Deletes the rows of a tenant that are not in the platform folder. Of a keyspace that somebody else has made the platform's
   * tables are dropped, and it stays.
   * @throws PlatformError COREDMS_…; ROWS_OUT_OF_REACH when there are more elsewhere
   */
  remove(tenant: string): Promise<void> {
    return this.#inTurn(async () => {
      const cassandra = this.#cassandra();
      if (cassandra) {
        const logins = this.#logins[cassandra.kind];
        const known = (await logins.read())[tenant];
        if (known) await this.#drop(cassandra, tenant, keptLogin(known));
        await logins.forget(tenant);
        this.#seen.delete(tenant);
      }
      const [elsewhere] = await this.#servedKindsOf(tenant);
      if (elsewhere) throw rowsOutOfReach(tenant, elsewhere);
    });
  }

  async #drop(cassandra: CassandraAccess, tenant: string, made: Login | null): Promise<void> {
    const { cluster } = cassandra;
    if (isProvided(cassandra))
      return keyspaces.dropTenantTables(cluster, await this.#ofTenant(cassandra, tenant, made), tenant);
    await keyspaces.dropTenantKeyspace(cluster, await this.#ofPlatform(cassandra), tenant, made?.user ?? null);
  }

  async #secretsOf(tenant: string): Promise<ClusterSecrets> {
    const cassandra = this.#cassandra();
    if (!cassandra) return noSecrets;
    const logins = this.#logins[cassandra.kind];
    const known = (await logins.read())[tenant];
    const kept = known ? keptLogin(known) : null;
    const role = makesRoles(cassandra)
      ? (kept ?? { user: keyspaces.tenantRole(tenant), password: newPassword() })
      : null;
    const secrets = await this.#ofTenant(cassandra, tenant, role);
    if (this.#seen.has(tenant)) return secrets;
    const { cluster } = cassandra;
    const isShared = cassandra.kind === 'external';
    const made = (known?.made ?? false) && kept?.user === role?.user;
    if (isProvided(cassandra)) {
      await this.#find(cassandra, secrets, tenant);
    } else {
      if (isShared && !known) await this.#requireFree(cassandra, tenant);
      // Written down before it is made, so that one that was cut off is found again.
      if (!made) await logins.set(tenant, role, false);
      await keyspaces.ensureTenantKeyspace(cluster, await this.#ofPlatform(cassandra), tenant, role, made);
    }
    if (!made) await logins.set(tenant, role, true);
    this.#seen.add(tenant);
    return secrets;
  }

  /** Others use the cluster too: a keyspace of theirs is neither written into nor, one day, dropped. KEYSPACE_TAKEN */
  async #requireFree(cassandra: CassandraAccess, tenant: string): Promise<void> {
    const { cluster } = cassandra;
    try {
      await keyspaces.findTenantKeyspace(cluster, await this.#ofPlatform(cassandra), tenant);
    } catch (error) {
      if (systemCode(error) === 'KEYSPACE_NOT_FOUND') return;
      throw error;
    }
    throw keyspaceTaken(tenant);
  }

  /** A role that does not get in is the administrator's to make, or the platform's own user. */
  async #find({ cluster, settings }: External, secrets: ClusterSecrets, tenant: string): Promise<void> {
    try {
      await keyspaces.findTenantKeyspace(cluster, secrets, tenant);
    } catch (error) {
      const user = secrets.login?.user;
      if (user === undefined || systemCode(error) !== 'COREDMS_LOGIN_REFUSED') throw error;
      throw settings.tenantPassword ? tenantRoleRefused(user, error) : platformUserRefused(user, error);
    }
  }

  async #ofPlatform(cassandra: CassandraAccess): Promise<ClusterSecrets> {
    if (cassandra.kind === 'cassandra') return { login: cassandra.admin, tls: null };
    return platformSecrets(cassandra.settings, this.#places());
  }

  async #ofTenant(cassandra: CassandraAccess, tenant: string, made: Login | null): Promise<ClusterSecrets> {
    if (cassandra.kind === 'cassandra') return { login: made, tls: null };
    return tenantSecrets(cassandra.settings, tenant, made, this.#places());
  }

  #places() {
    return { root: this.#folder.root, env: process.env };
  }

  /** Where the tenant has a keyspace in a server. */
  async #servedKindsOf(tenant: string): Promise<ServedKind[]> {
    const has = await Promise.all(servedKinds.map(async (kind) => (await this.#logins[kind].read())[tenant]));
    return servedKinds.filter((_, index) => has[index]);
  }

  #location(): CoreDmsLocation {
    const cassandra = this.#cassandra();
    if (!cassandra) return { kind: 'embedded' };
    const { cluster } = cassandra;
    if (cassandra.kind === 'cassandra') return { kind: 'cassandra', cluster };
    const { login, tls, provision, tenantPassword } = cassandra.settings;
    // As it is read again, without what is undefined.
    const access = { login, tls, provision, tenantPassword };
    return coreDmsLocation.parse(JSON.parse(JSON.stringify({ kind: 'external', cluster, access })));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

type External = Extract<CassandraAccess, { kind: 'external' }>;

/** Whether an administrator makes keyspaces and roles. */
function isProvided(cassandra: CassandraAccess): cassandra is External {
  return cassandra.kind === 'external' && cassandra.settings.provision === 'existing';
}

/** Whether the platform does, and there are roles at all. */
function makesRoles(cassandra: CassandraAccess): boolean {
  if (cassandra.kind === 'cassandra') return true;
  return cassandra.settings.provision === 'managed' && cassandra.settings.login !== undefined;
}
