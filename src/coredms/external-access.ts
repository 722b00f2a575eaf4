import * as z from 'zod';
import { noSecrets, type ClusterSecrets, type Login } from '../protocol/jobs.ts';
import { readSecret, referenceOf, type SecretPlaces } from '../runtimes/secrets.ts';
import { readTlsFiles } from '../runtimes/tls-files.ts';

const reference = z.strictObject({ env: z.string().optional(), file: z.string().optional() });

/** What lets clients into a cluster of somebody else: where the secrets are kept, never they themselves. */
export const externalAccess = z.strictObject({
  /** Whom the platform logs in as; undefined: nobody logs in. */
  login: z.strictObject({ user: z.string(), password: reference }).optional(),
  /** Undefined: without TLS. */
  tls: z
    .strictObject({
      ca: z.string().optional(),
      client: z.strictObject({ certificate: z.string(), key: z.string(), passphrase: reference.optional() }).optional(),
      verifyHostname: z.boolean(),
    })
    .optional(),
  provision: z.enum(['managed', 'existing']),
  tenantPassword: reference.optional(),
});
export type ExternalAccess = z.infer<typeof externalAccess>;

/** What the platform itself comes in by. @throws PlatformError SECRET_MISSING, TLS_FILE_UNUSABLE */
export async function platformSecrets({ login, tls }: ExternalAccess, places: SecretPlaces): Promise<ClusterSecrets> {
  return {
    login: login ? await loginOf(login.user, login.password, places) : null,
    tls: await materialOf(tls, places),
  };
}

/**
 * What runs and readers of a tenant come in by: the role that the platform has made for it, the one that an administrator has
 * made, or the platform's own user.
 * @param made the role that the platform has made, if it does
 * @throws PlatformError SECRET_MISSING, TLS_FILE_UNUSABLE
 */
export async function tenantSecrets(
  access: ExternalAccess,
  tenant: string,
  made: Login | null,
  places: SecretPlaces,
): Promise<ClusterSecrets> {
  const { login, tls, provision, tenantPassword } = access;
  if (!login) return { ...noSecrets, tls: await materialOf(tls, places) };
  if (provision === 'managed') return { login: made, tls: await materialOf(tls, places) };
  if (!tenantPassword) return platformSecrets(access, places);
  return {
    login: await loginOf(tenant, referenceOf(tenantPassword, tenant), places),
    tls: await materialOf(tls, places),
  };
}

async function loginOf(user: string, password: z.infer<typeof reference>, places: SecretPlaces): Promise<Login> {
  const { value } = await readSecret(`the password of ${user} at cassandra`, password, places);
  return { user, password: value };
}

async function materialOf(tls: ExternalAccess['tls'], places: SecretPlaces): Promise<ClusterSecrets['tls']> {
  if (!tls) return null;
  const { ca, client, verifyHostname } = tls;
  return (await readTlsFiles({ ca, client, verifyHostname }, places)).material;
}
