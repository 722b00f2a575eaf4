import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { messageOf, PlatformError, systemCode } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { login, type CoreDmsTarget, type Login } from '../protocol/jobs.ts';

/** What a tenant that has a keyspace comes in by. */
const tenantLogin = z.strictObject({
  /** Of the role that the platform has made; absent where it makes none. */
  ...login.partial().shape,
  /** Whether the role was made, with its permissions. One that lost some of them later is left as it is. */
  made: z.boolean(),
});
type TenantLogin = z.infer<typeof tenantLogin>;

const schema = z.record(z.string(), tenantLogin);
type TenantLogins = z.infer<typeof schema>;

/** Null where the platform has made no role. */
export function keptLogin({ user, password }: TenantLogin): Login | null {
  return user === undefined || password === undefined ? null : { user, password };
}

/** A CoreDms that has keyspaces and roles in a server. */
export type ServedKind = Exclude<CoreDmsTarget['kind'], 'embedded'>;
export const servedKinds: readonly ServedKind[] = ['cassandra', 'external'];

/**
 * The tenants that have a keyspace in a cluster, and their roles with the passwords, in a file that only the platform's user
 * can read. One writer at a time.
 */
export class TenantLoginsFile {
  readonly #path: string;

  constructor(folder: PlatformFolder, kind: ServedKind) {
    this.#path = kind === 'cassandra' ? folder.tenantLoginsFile : folder.externalLoginsFile;
  }

  /** CREDENTIALS_UNREADABLE */
  async read(): Promise<TenantLogins> {
    try {
      return schema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return {};
      throw new PlatformError({
        code: 'CREDENTIALS_UNREADABLE',
        message: `the roles of the tenants cannot be read: ${this.#path}: ${messageOf(error)}`,
        hint: 'Remove the file: the platform then gives each role a new password.',
        cause: error,
      });
    }
  }

  async set(tenant: string, role: Login | null, made: boolean): Promise<void> {
    await this.#write({ ...(await this.read()), [tenant]: { ...role, made } });
  }

  async forget(tenant: string): Promise<void> {
    const { [tenant]: gone, ...others } = await this.read();
    if (gone) await this.#write(others);
  }

  async #write(logins: TenantLogins): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.#path, `${JSON.stringify(logins, null, 2)}\n`, 0o600);
  }
}
