import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { messageOf, PlatformError, systemCode } from '../foundation/errors.ts';
import type { TlsMaterial } from '../protocol/jobs.ts';
import type { TlsSettings } from './runtime-settings.ts';
import { readSecret, warnOfReaders, type SecretPlaces } from './secrets.ts';

function tlsFileUnusable(path: string, why: string, cause?: unknown): PlatformError {
  return new PlatformError({
    code: 'TLS_FILE_UNUSABLE',
    message: `${path} cannot be used for TLS: ${why}`,
    hint: 'Certificates and keys are PEM files (-----BEGIN …); a key belongs to its certificate, and tls.keyPassphrase says where its passphrase is kept.',
    kind: 'usage',
    cause,
  });
}

/** Reads and tries the files of `tls`. @throws PlatformError TLS_FILE_UNUSABLE, SECRET_MISSING */
export async function readTlsFiles(
  { ca, client, verifyHostname }: TlsSettings,
  places: SecretPlaces,
): Promise<{ material: TlsMaterial; warnings: PlatformError[] }> {
  const { root } = places;
  const authority = ca === undefined ? undefined : await certificate(resolve(root, ca));
  if (!client) return { material: { ca: authority, client: undefined, verifyHostname }, warnings: [] };
  const path = resolve(root, client.key);
  const cert = await certificate(resolve(root, client.certificate));
  const key = await text(path);
  const secret = client.passphrase && (await readSecret(`the passphrase of ${path}`, client.passphrase, places));
  const own = { cert, key: secret ? inClear(path, key, secret.value) : key };
  try {
    createSecureContext(own);
  } catch (error) {
    throw tlsFileUnusable(path, messageOf(error), error);
  }
  const warnings = [...(await warnOfReaders(path)), ...(secret?.warnings ?? [])];
  return { material: { ca: authority, client: own, verifyHostname }, warnings };
}

/** What `tls.connect` takes, whoever calls it. */
export function tlsOptions({ ca, client, verifyHostname }: TlsMaterial) {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...client,
    ...(verifyHostname ? {} : { checkServerIdentity: () => undefined }),
    rejectUnauthorized: true,
  };
}

/** The clients of services do not all take a passphrase, and a wrong one is told of here. */
function inClear(path: string, key: string, passphrase: string): string {
  try {
    return createPrivateKey({ key, passphrase }).export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch (error) {
    throw tlsFileUnusable(path, `the passphrase does not open it (${messageOf(error)})`, error);
  }
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
