import type { CoreDmsLocation } from '../coredms/location.ts';
import { PlatformError } from '../foundation/errors.ts';
import type { RuntimeKind } from '../protocol/services.ts';

const stores: Readonly<Record<CoreDmsLocation['kind'], string>> = {
  embedded: 'the embedded store',
  cassandra: "the platform's Cassandra",
};

/** What is to be known after the runtime of a platform folder was changed. */
export function rowsStayBehind(before: CoreDmsLocation['kind'], runtime: RuntimeKind): PlatformError {
  return new PlatformError({
    code: 'ROWS_STAY_BEHIND',
    message: `CoreDms was ${stores[before]} until now, and rows are not carried over to the runtime ${runtime}: what was ingested stays where it is.`,
    hint: 'Files that were ingested before still count as ingested. To have everything here, remove the tenants with their data and add them again, or make a new platform folder.',
  });
}

/** Without the platform, or on another runtime, its Cassandra is down. */
export function rowsOutOfReach(tenant: string): PlatformError {
  return new PlatformError({
    code: 'ROWS_OUT_OF_REACH',
    message: `the rows of ${tenant} are in the platform's Cassandra, which is not up`,
    hint: 'Start the platform with the runtime that it has its rows in, then remove the tenant with its data.',
    kind: 'unreachable',
  });
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
