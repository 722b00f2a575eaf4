import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, PlatformError, systemCode } from '../foundation/errors.ts';
import type { SecretReference } from './runtime-settings.ts';

/** Where references lead. */
export interface SecretPlaces {
  /** What paths are relative to: the platform folder. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Longer is no secret. Bytes. */
const maxBytes = 64 * 1024;

function secretMissing(what: string, why: string, cause?: unknown): PlatformError {
  return new PlatformError({
    code: 'SECRET_MISSING',
    message: `${what} is not to be had: ${why}`,
    hint: 'Set the variable in the environment that the platform is started in (an editor has that of its own start), or write it into the file.',
    kind: 'usage',
    cause,
  });
}

/** A finding, not a failure: the file is used. */
export function readableByOthers(path: string): PlatformError {
  return new PlatformError({
    code: 'SECRET_READABLE_BY_OTHERS',
    message: `other users of this machine can read ${path}`,
    hint: `Take that from them: chmod 600 ${path}`,
    kind: 'usage',
  });
}

/** Of a reference for all tenants that of one: `{tenant}` is its name, `{TENANT}` its name in capitals, as variables like it. */
export function referenceOf({ env, file }: SecretReference, tenant: string): SecretReference {
  const named = (text: string | undefined) =>
    text?.replaceAll('{tenant}', tenant).replaceAll('{TENANT}', tenant.toUpperCase());
  return { env: named(env), file: named(file) };
}

/**
 * The secret that a reference leads to.
 * @param what which it is: `the password of platform at cassandra`
 * @throws PlatformError SECRET_MISSING
 */
export async function readSecret(
  what: string,
  { env, file }: SecretReference,
  places: SecretPlaces,
): Promise<{ value: string; warnings: PlatformError[] }> {
  if (file === undefined) {
    const name = env ?? '';
    const value = places.env[name];
    if (value === undefined || value === '') throw secretMissing(what, `the environment has no ${name}`);
    return { value, warnings: [] };
  }
  const path = resolve(places.root, file);
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw secretMissing(what, `${path} has ${size} bytes, which is too much`);
    const value = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
    if (value === '') throw secretMissing(what, `${path} is empty`);
    return { value, warnings: await warnOfReaders(path) };
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    const why = systemCode(error) === 'ENOENT' ? `there is no file ${path}` : messageOf(error);
    throw secretMissing(what, why, error);
  }
}

/** Whether others may read a file that holds a secret. Windows has no such bits. */
export async function warnOfReaders(path: string): Promise<PlatformError[]> {
  if (process.platform === 'win32') return [];
  const { mode } = await stat(path);
  return (mode & 0o077) === 0 ? [] : [readableByOthers(path)];
}
