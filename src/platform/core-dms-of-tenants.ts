import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CoreDmsAccess } from '../coredms/connect.ts';
import { readCoreDmsLocation, targetAt, writeCoreDmsLocation, type CoreDmsLocation } from '../coredms/location.ts';
import { TenantLoginsFile } from '../coredms/logins.ts';
import { dropTenantKeyspace, ensureTenantKeyspace, tenantRole } from '../coredms/tenant-keyspaces.ts';
import { newPassword } from '../foundation/passwords.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { CoreDmsTarget, Login } from '../protocol/jobs.ts';
import { rowsOutOfReach } from './faults.ts';
import type { CassandraAccess } from '../runtimes/services.ts';

/**
 * CoreDms of a platform that is up: where each tenant's keyspace is, and who is let in. In Cassandra a keyspace and its role
 * are made with the tenant's first run.
 */
export class CoreDmsOfTenants {
  readonly #folder: PlatformFolder;
  readonly #cassandra: () => CassandraAccess | undefined;
  readonly #logins: TenantLoginsFile;
  /** Tenants whose keyspace this control plane has seen or made. */
  readonly #seen = new Set<string>();
  /** One change of keyspaces and roles after another. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param cassandra where it is now; undefined for the embedded store */
  constructor(folder: PlatformFolder, cassandra: () => CassandraAccess | undefined) {
    this.#folder = folder;
    this.#cassandra = cassandra;
    this.#logins = new TenantLoginsFile(folder.tenantLoginsFile);
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

  /** Makes the keyspace where it is missing, and says how to get in. COREDMS_AWAY, CREDENTIALS_UNREADABLE */
  async accessOf(tenant: string): Promise<CoreDmsAccess> {
    const target = this.targetOf(tenant);
    if (target.kind === 'embedded') {
      await mkdir(dirname(target.file), { recursive: true });
      return { target, login: null };
    }
    await this.settle();
    return { target, login: await this.#inTurn(() => this.#loginOf(tenant)) };
  }

  /** The next access looks whether the keyspace and its role are still there, and makes them anew where they are not. */
  doubt(tenant: string): void {
    this.#seen.delete(tenant);
  }

  /** ROWS_OUT_OF_REACH when the tenant has rows in a Cassandra that is not up: what is to be deleted could not be. */
  async requireReach(tenant: string): Promise<void> {
    if (!this.#cassandra() && (await this.#logins.read())[tenant]) throw rowsOutOfReach(tenant);
  }

  /** Deletes the rows of a tenant that are not in the platform folder. COREDMS_AWAY */
  remove(tenant: string): Promise<void> {
    return this.#inTurn(async () => {
      const cassandra = this.#cassandra();
      const known = (await this.#logins.read())[tenant];
      if (!cassandra || !known) return;
      await dropTenantKeyspace(cassandra.cluster, cassandra.admin, tenant, known.user);
      await this.#logins.forget(tenant);
      this.#seen.delete(tenant);
    });
  }

  async #loginOf(tenant: string): Promise<Login | null> {
    const cassandra = this.#cassandra();
    if (!cassandra) return null;
    const known = (await this.#logins.read())[tenant];
    const login = known ?? { user: tenantRole(tenant), password: newPassword() };
    const { user, password } = login;
    if (this.#seen.has(tenant)) return { user, password };
    // Written down before it is made, so that one that was cut off is found again.
    if (!known) await this.#logins.set(tenant, { user, password }, false);
    const made = known?.made ?? false;
    await ensureTenantKeyspace(cassandra.cluster, cassandra.admin, tenant, { user, password }, made);
    if (!made) await this.#logins.set(tenant, { user, password }, true);
    this.#seen.add(tenant);
    return { user, password };
  }

  #location(): CoreDmsLocation {
    const cassandra = this.#cassandra();
    return cassandra ? { kind: 'cassandra', cluster: cassandra.cluster } : { kind: 'embedded' };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
