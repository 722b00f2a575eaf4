import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../../foundation/atomic-file.ts';
import { newPassword } from '../../foundation/passwords.ts';
import { messageOf, PlatformError, systemCode } from '../../foundation/errors.ts';

const account = z.strictObject({ user: z.string(), password: z.string() });
export type Account = z.infer<typeof account>;

const schema = z.strictObject({
  /** Of this platform folder, in the names and labels of everything that is made for it. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  /** Superuser of Cassandra. */
  cassandra: account,
  kafka: z.strictObject({
    /** As Kafka has it: a UUID in URL-safe Base64. */
    clusterId: z.string(),
    /** Administrator, by SCRAM, for clients. */
    admin: account,
    /** What brokers and controllers say to each other, by PLAIN; its listeners are not published. */
    broker: account,
  }),
  /** Services that have been up, so that there is data of them; one whose volume is gone nevertheless has lost it. */
  withData: z.array(z.string()).default([]),
});
export type Credentials = z.infer<typeof schema>;

function unreadable(file: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'CREDENTIALS_UNREADABLE',
    message: `the credentials of the services cannot be read: ${file}: ${messageOf(cause)}`,
    hint: 'Restore the file. Without it the data in the containers cannot be reached; "mysimbdp down --purge" removes both.',
    cause,
  });
}

/** The credentials of the services of a platform folder; undefined before the first start. */
export async function readCredentials(file: string): Promise<Credentials | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
}

/**
 * The same, made when they are missing: before anything in the engine is, so that what a start leaves that is cut off can be
 * found again. Readable by their user only.
 */
export async function ensureCredentials(file: string): Promise<Credentials> {
  const known = await readCredentials(file);
  if (known) return known;
  const made: Credentials = {
    id: randomBytes(6).toString('hex'),
    // Two underscores in a row, or a dash, are in no tenant's name: none can be one of these users.
    cassandra: { user: 'mysimbdp__admin', password: newPassword() },
    kafka: {
      clusterId: Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url'),
      admin: { user: 'mysimbdp-admin', password: newPassword() },
      broker: { user: 'mysimbdp-broker', password: newPassword() },
    },
    withData: [],
  };
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await write(file, made);
  return made;
}

/** Writes down which services have data. */
export async function rememberData(file: string, withData: readonly string[]): Promise<void> {
  const known = await readCredentials(file);
  if (known && known.withData.join() !== withData.join()) await write(file, { ...known, withData: [...withData] });
}

function write(file: string, credentials: Credentials): Promise<void> {
  return writeFileAtomic(file, `${JSON.stringify(credentials, null, 2)}\n`, 0o600);
}
