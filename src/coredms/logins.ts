import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { messageOf, PlatformError, systemCode } from '../foundation/errors.ts';
import { login, type Login } from '../protocol/jobs.ts';

/** The roles of the tenants, by tenant. */
const schema = z.record(
  z.string(),
  z.strictObject({
    ...login.shape,
    /** Whether the role was made, with its permissions. One that lost some of them later is left as it is. */
    made: z.boolean(),
  }),
);
type TenantLogins = z.infer<typeof schema>;

/**
 * The roles of tenants in a cluster with their passwords, in a file that only the platform's user can read. One writer at a
 * time.
 */
export class TenantLoginsFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
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

  async set(tenant: string, { user, password }: Login, made: boolean): Promise<void> {
    await this.#write({ ...(await this.read()), [tenant]: { user, password, made } });
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
