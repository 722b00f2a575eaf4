import { PlatformError } from '../../foundation/errors.ts';
import type { Provisioning } from '../runtime-settings.ts';

/** What the platform lacks in a cluster, as a person who administers it can mend it. */
export interface Provision {
  /** Statements of CQL, or command lines of a shell: what is known to be missing. */
  missing: string[];
  /** The same, of what the platform may not look at: harmless to repeat. */
  unseen: string[];
  /** Whole sentences: what could not be looked at, and why; what a cluster does not have at all. */
  remarks: string[];
}

/** What is wrong with a cluster that lacks something; undefined when nothing is known to be missing. */
export function provisionFault(
  service: string,
  provisioning: Provisioning,
  { missing }: Provision,
): PlatformError | undefined {
  if (missing.length === 0) return undefined;
  const first = `${missing[0] ?? ''}${missing.length > 1 ? ` (and ${missing.length - 1} more)` : ''}`;
  return provisioning === 'managed' ? permissionMissing(service, first) : provisionIncomplete(service, first);
}

function permissionMissing(service: string, first: string): PlatformError {
  return new PlatformError({
    code: 'PERMISSION_MISSING',
    message: `${service}: the platform's user may not make what tenants need; missing: ${first}`,
    hint: 'Hand the statements that "mysimbdp provision" prints to an administrator, or have tenants provided for: provision: existing.',
    kind: 'forbidden',
  });
}

function provisionIncomplete(service: string, first: string): PlatformError {
  return new PlatformError({
    code: 'PROVISION_INCOMPLETE',
    message: `${service}: what tenants need is not complete; missing: ${first}`,
    hint: 'Hand the statements that "mysimbdp provision" prints to an administrator of the cluster.',
    kind: 'forbidden',
  });
}
