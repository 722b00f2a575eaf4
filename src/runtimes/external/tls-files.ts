import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { messageOf, PlatformError, systemCode } from '../../foundation/errors.ts';
import type { TlsSettings } from '../runtime-settings.ts';
import { warnOfReaders, type SecretPlaces } from './secrets.ts';

/** What a TLS client needs; the files are read and fit each other. */
export interface TlsMaterial {
  /** PEM; undefined: the authorities that Node knows. */
  ca: string | undefined;
  /** PEM. */
  client: { cert: string; key: string } | undefined;
  verifyHostname: boolean;
}

function tlsFileUnusable(path: string, why: string, cause?: unknown): PlatformError {
  return new PlatformError({
    code: 'TLS_FILE_UNUSABLE',
    message: `${path} cannot be used for TLS: ${why}`,
    hint: 'Certificates and keys are PEM files (-----BEGIN …); a key has no passphrase and belongs to its certificate.',
    kind: 'usage',
    cause,
  });
}

/** Reads and tries the files of `tls`. @throws PlatformError TLS_FILE_UNUSABLE */
export async function readTlsFiles(
  { ca, client, verifyHostname }: TlsSettings,
  { root }: Pick<SecretPlaces, 'root'>,
): Promise<{ material: TlsMaterial; warnings: PlatformError[] }> {
  const authority = ca === undefined ? undefined : await certificate(resolve(root, ca));
  if (!client) return { material: { ca: authority, client: undefined, verifyHostname }, warnings: [] };
  const path = resolve(root, client.key);
  const own = { cert: await certificate(resolve(root, client.certificate)), key: await text(path) };
  try {
    createSecureContext(own);
  } catch (error) {
    throw tlsFileUnusable(path, messageOf(error), error);
  }
  return { material: { ca: authority, client: own, verifyHostname }, warnings: await warnOfReaders(path) };
}

/** A PEM file with a certificate that is valid today; further ones behind it are the server's matter. */
async function certificate(path: string): Promise<string> {
  const pem = await text(path);
  let first: X509Certificate;
  try {
    first = new X509Certificate(pem);
  } catch (error) {
    throw tlsFileUnusable(path, 'there is no certificate in it', error);
  }
  const { validTo } = first;
  if (Date.parse(validTo) < Date.now()) throw tlsFileUnusable(path, `its certificate has expired on ${validTo}`);
  return pem;
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw tlsFileUnusable(path, systemCode(error) === 'ENOENT' ? 'there is no such file' : messageOf(error), error);
  }
}
