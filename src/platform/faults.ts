import type { CoreDmsLocation } from '../coredms/location.ts';
import { coreDmsLoginRefused } from '../coredms/core-dms-errors.ts';
import { PlatformError } from '../foundation/errors.ts';
import type { RuntimeKind } from '../protocol/services.ts';
import { createRole } from '../runtimes/cassandra-names.ts';

const stores: Readonly<Record<CoreDmsLocation['kind'], string>> = {
  embedded: 'the embedded store',
  cassandra: "the platform's Cassandra",
  external: 'an external Cassandra cluster',
};

/** What is to be known after the runtime of a platform folder was changed. */
export function rowsStayBehind(before: CoreDmsLocation['kind'], runtime: RuntimeKind): PlatformError {
  return new PlatformError({
    code: 'ROWS_STAY_BEHIND',
    message: `CoreDms was ${stores[before]} until now, and rows are not carried over to the runtime ${runtime}: what was ingested stays where it is.`,
    hint: 'Files that were ingested before still count as ingested. To have everything here, remove the tenants with their data and add them again, or make a new platform folder.',
  });
}

/** Without the platform, or on another runtime, its Cassandra is down, and an external one is not connected. */
export function rowsOutOfReach(tenant: string, store: CoreDmsLocation['kind']): PlatformError {
  return new PlatformError({
    code: 'ROWS_OUT_OF_REACH',
    message: `there are rows of ${tenant} in ${stores[store]}, which the platform is not connected to now`,
    hint: 'Start the platform with the runtime that it has its rows in, then remove the tenant with its data.',
    kind: 'unreachable',
  });
}

/** The role that an administrator makes for a tenant. */
export function tenantRoleRefused(role: string, cause: unknown): PlatformError {
  return coreDmsLoginRefused(
    role,
    cause,
    `Have an administrator of the cluster make it, with the password that tenantPassword in mysimbdp.yaml leads to: ${createRole(role)}`,
  );
}

export function platformUserRefused(user: string, cause: unknown): PlatformError {
  return coreDmsLoginRefused(
    user,
    cause,
    'Check the user in mysimbdp.yaml and the password where its reference leads.',
  );
}

/** @param state the folder of the state */
export function noRoomToStart(state: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'NO_ROOM_TO_START',
    message: `the platform cannot start: the disk that ${state} is on is full`,
    hint: 'Free space on that disk, then start the platform again.',
    cause,
  });
}
