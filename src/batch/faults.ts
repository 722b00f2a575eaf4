import { messageOf, PlatformError, systemCode, type Fault } from '../foundation/errors.ts';

// Why a file is kept out, or a run fails: one factory a cause.

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e6 ? 3 : 1)} MB`;

export const noAppTakes = (name: string, globs: readonly string[]): Fault => ({
  code: 'NO_APP_FOR_FILE',
  message: `no app of the tenant takes files named like ${name}`,
  hint:
    globs.length > 0
      ? `the apps take ${globs.join(', ')}; rename the file, or add an app to the profile`
      : 'add an app to the profile',
});

export const wrongExtension = (name: string, allowed: readonly string[]): Fault => ({
  code: 'WRONG_EXTENSION',
  message: `the extension of ${name} is not allowed`,
  hint: `allowed are ${allowed.join(', ')} (batch.files.extensions of the profile, within those of the platform)`,
});

export const fileTooLarge = (bytes: number, limitMb: number): Fault => ({
  code: 'FILE_TOO_LARGE',
  message: `the file has ${megabytes(bytes)}, more than the ${limitMb} MB that a file may have`,
  hint: 'split the file, or raise batch.files.maxFileSizeMb of the profile',
});

export const overDayQuota = (bytes: number, quotaMb: number): Fault => ({
  code: 'FILE_OVER_DAY_QUOTA',
  message: `the file has ${megabytes(bytes)}, more than the ${quotaMb} MB of a whole day`,
  hint: 'split the file, or raise batch.quota.mbPerDay of the profile',
});

export const dayQuotaUsed = (day: string, usedBytes: number, quotaMb: number): Fault => ({
  code: 'DAY_QUOTA_USED',
  message: `of the ${quotaMb} MB of ${day}, ${megabytes(usedBytes)} are used: the file waits for the next day`,
  hint: 'nothing needs to be done; batch.quota.mbPerDay of the profile allows more',
});

export const symbolicLink = (): Fault => ({
  code: 'SYMBOLIC_LINK',
  message: 'symbolic links are not followed: they can lead out of staging',
  hint: 'copy the file itself into staging',
});

export const notAFile = (): Fault => ({
  code: 'NOT_A_FILE',
  message: 'only regular files are ingested',
  hint: 'remove it from staging, or put the files of a folder into staging one by one',
});

export const nameUnreadable = (): Fault => ({
  code: 'FILE_NAME_INVALID',
  message: 'the name of the file is not valid UTF-8, so it cannot be opened by its name',
  hint: 'rename the file',
});

export const nameTooLong = (bytes: number, most: number): Fault => ({
  code: 'FILE_NAME_TOO_LONG',
  message: `the name of the file has ${bytes} bytes, more than the ${most} that leave room for the names of its records`,
  hint: 'rename the file',
});

export const fileGone = (name: string): Fault => ({
  code: 'FILE_GONE',
  message: `${name} has disappeared after it was taken out of staging: somebody removed it from the platform's state`,
  hint: 'stage it again',
});

export const stagingUnreadable = (staging: string, reason: string): Fault => ({
  code: 'STAGING_UNREADABLE',
  message: `the staging directory ${staging} cannot be read: ${reason}`,
  hint: 'create it, and let the user who runs the platform read and write it',
});

export const folderNotWatched = (path: string, error: unknown): PlatformError =>
  new PlatformError({
    code: 'FOLDER_NOT_WATCHED',
    message: `${path} cannot be watched: ${messageOf(error)}; what changes there is noticed within half a minute`,
    hint:
      systemCode(error) === 'ENOSPC' || systemCode(error) === 'EMFILE'
        ? 'raise fs.inotify.max_user_watches and fs.inotify.max_user_instances with sysctl, or end programs that watch many files'
        : 'let the user who runs the platform read it; it is tried again by itself',
    cause: error,
  });

export const notAdmitted = (name: string, reason: string): Fault => ({
  code: 'STAGING_NOT_WRITABLE',
  message: `${name} cannot be taken out of staging: ${reason}`,
  hint: 'let the user who runs the platform write to the staging directory, and check that the disk has room',
});

export const profileBroken = (tenant: string, errors: number, first: string): Fault => ({
  code: 'PROFILE_BROKEN',
  message: `the profile of ${tenant} has ${errors} error${errors === 1 ? '' : 's'}: ${first}`,
  hint: `mysimbdp profile check ${tenant}`,
});

export const tenantDisabled = (tenant: string): Fault => ({
  code: 'TENANT_DISABLED',
  message: `the tenant ${tenant} is disabled`,
  hint: `mysimbdp tenant enable ${tenant}`,
});

export const tenantUnregistered = (tenant: string): Fault => ({
  code: 'TENANT_NOT_REGISTERED',
  message: `the tenant ${tenant} is present but not registered`,
  hint: `mysimbdp tenant add ${tenant}`,
});

export const tenantUnknownNow = (tenant: string): Fault => ({
  code: 'TENANT_NOT_FOUND',
  message: `the tenant ${tenant} is neither present nor registered any more`,
  hint: 'what it had under way is brought to its end',
});

export const tenantNotPresent = (tenant: string): Fault => ({
  code: 'TENANT_NOT_PRESENT',
  message: `the tenant ${tenant} is registered but has no tenants/${tenant}/tenant.yaml`,
  hint: `create its folder, or mysimbdp tenant remove ${tenant}`,
});

export const noRoomForRun = (reason: string): Fault => ({
  code: 'DISK_FULL',
  message: `the run cannot begin: the disk is full (${reason})`,
  hint: 'free space on that disk; the run then begins by itself',
});

export const earlierRunnerThere = (runId: string): Fault => ({
  code: 'EARLIER_RUNNER',
  message: `run ${runId} cannot go on: processes that an earlier control plane started for it are still there`,
  hint: 'end them, or restart the machine; the run then goes on by itself',
});

export const runNotRecorded = (runId: string): Fault => ({
  code: 'RUN_NOT_RECORDED',
  message: `the end of run ${runId} cannot be recorded; it is tried again and again`,
  hint: 'mysimbdp logs tells why; most likely the disk is full or a folder is not writable',
});

export const filesNotReturned = (runId: string, { message, hint }: Fault): Fault => ({
  code: 'FILES_NOT_RETURNED',
  message: `files of run ${runId} cannot be put back into staging: ${message}`,
  hint:
    hint ??
    'let the user who runs the platform write to the staging directory, and check that the disk has room; the rest is done by itself',
});

export const stagingNameTaken = (name: string): PlatformError =>
  new PlatformError({
    code: 'STAGING_NAME_TAKEN',
    message: `another file has come into staging under the name ${name}, and no other name is one that the app takes`,
    hint: 'ingest that file, or take it out of staging; then this one can come under its name',
    kind: 'conflict',
  });

export const tenantFolderGone = (tenant: string): PlatformError =>
  new PlatformError({
    code: 'TENANT_NOT_PRESENT',
    message: `the folder tenants/${tenant} is gone, and its staging directory with it`,
    hint: 'put the folder back, or remove the tenant with its data',
  });

export const fileChanged = (name: string): Fault => ({
  code: 'FILE_CHANGED',
  message: `${name} was written to after it was taken out of staging: what came last may not be ingested`,
  hint: 'stage it again when it is complete, best under a name that ends in .part and is renamed at the end; what is stored already is overwritten, not doubled',
});

export const runOutOfMemory = (peakBytes: number, limitMb: number): Fault => ({
  code: 'RUN_OUT_OF_MEMORY',
  message: `the run's processes used ${Math.round(peakBytes / 2 ** 20)} MiB of memory, more than the ${limitMb} MiB that they may`,
  hint: 'an app should keep nothing from record to record; resources.memoryMb of the app in the profile allows more',
});

export const runnerCrashed = (how: string, lastWords: string): Fault => ({
  code: 'RUNNER_CRASHED',
  message: `the runner ended ${how}${lastWords ? `: ${lastWords}` : ''}`,
  hint: 'an app can end its own process; otherwise this is a fault of the platform: please report it with the log',
});

export const runnerNotStarted = (reason: string): Fault => ({
  code: 'RUNNER_NOT_STARTED',
  message: `the runner could not be started: ${reason}`,
  hint: 'check that the machine has processes and memory left',
});

export const toleranceExceeded = (percent: number, tolerated: number): Fault => ({
  code: 'TOLERANCE_EXCEEDED',
  message: `${percent.toFixed(1)} % of the records are in quarantine, more than the ${tolerated} % that the profile tolerates`,
  hint: 'the quarantine file says what is wrong with each record; tolerance.quarantinedPercent of the app in the profile allows more',
});

export const emptyFile = (bytes: number): Fault => ({
  code: bytes === 0 ? 'FILE_EMPTY' : 'NO_RECORDS',
  message: bytes === 0 ? 'the file is empty' : 'the file has no records, only a header or blank lines',
  hint: 'nothing was stored; check what produced the file',
});

export const duplicateOf = ({ file, runId, isPartial }: Duplicated): Fault => ({
  code: 'DUPLICATE_FILE',
  message: `the same content was taken before, as ${file} in run ${runId}${isPartial ? ', which rejected records of it' : ''}`,
  hint: isPartial
    ? 'the app and its part of the profile are as they were, so the same records would be rejected: mend these, or the records, and stage it again'
    : 'nothing needs to be done: what that run ingested is stored once',
});

interface Duplicated {
  file: string;
  runId: string;
  /** Whether records of it were rejected. */
  isPartial: boolean;
}

export const cancelled = (): Fault => ({
  code: 'RUN_CANCELLED',
  message: 'the run was cancelled',
  hint: 'put the file back into staging to ingest it after all; what is stored already is overwritten, not doubled',
});

export const tooManyAttempts = (attempts: number): Fault => ({
  code: 'RUN_GIVEN_UP',
  message: `the run was cut off ${attempts} times`,
  hint: 'look into the platform log for what ends the runners',
});

/** The code of `runnerSilent`. */
export const silentRunner = 'RUNNER_SILENT';

export const runnerSilent = (milliseconds: number): Fault => ({
  code: silentRunner,
  message: `the runner neither reported nor asked for ${milliseconds / 1000} s, and was ended`,
  hint: 'something in the file, most likely just behind what was read, keeps it busy; cut the file there to find out what',
});

export const fileStuck = (file: string, milliseconds: number) =>
  new PlatformError({
    code: 'FILE_STUCK',
    message: `${file} has given nothing for ${milliseconds / 1000} s`,
    hint: 'look whether the disk or the network mount that it is on answers; it is tried again by itself',
    kind: 'unreachable',
  });

export const runNotFound = (runId: string) =>
  new PlatformError({
    code: 'RUN_NOT_FOUND',
    message: `no run ${runId} is being executed`,
    hint: 'mysimbdp status lists the runs, mysimbdp logs tells of those that are over',
    kind: 'not-found',
  });

export const runOver = (runId: string) =>
  new PlatformError({
    code: 'RUN_OVER',
    message: `run ${runId} has come to its end already, and that is being recorded`,
    hint: 'there is nothing left to cancel; the ingestion log says what became of its files',
    kind: 'conflict',
  });

export const tenantBusy = (tenant: string, runId?: string) =>
  new PlatformError({
    code: 'TENANT_BUSY',
    message:
      runId === undefined
        ? `a run of ${tenant} is beginning or ending right now`
        : `the run ${runId} of ${tenant} has not come to its end`,
    hint: 'cancel the run (mysimbdp batch cancel), or wait until it has ended; one that was cut off goes on when the platform is started',
    kind: 'conflict',
  });

export const demandNotFound = (id: string) =>
  new PlatformError({
    code: 'DEMAND_NOT_FOUND',
    message: `no demand ${id} is known`,
    hint: 'a demand is forgotten some minutes after its end; the ingestion log has its results',
    kind: 'not-found',
  });

export const tooManyDemands = (most: number) =>
  new PlatformError({
    code: 'TOO_MANY_DEMANDS',
    message: `${most} demands are open already`,
    hint: 'wait until some have ended, or cancel the runs that hold them up',
    kind: 'conflict',
  });

export const notYourRun = (runId: string) =>
  new PlatformError({
    code: 'RUN_OF_ANOTHER_TENANT',
    message: `the run ${runId} is another tenant's`,
    kind: 'forbidden',
  });

export const tenantUnknown = (tenant: string, meant: string | undefined) =>
  new PlatformError({
    code: 'TENANT_NOT_FOUND',
    message: `there is no tenant ${tenant}`,
    hint: meant ? `did you mean ${meant}?` : 'mysimbdp tenant list names the tenants',
    kind: 'not-found',
  });

export const appUnknown = (tenant: string, app: string, meant: string | undefined) =>
  new PlatformError({
    code: 'APP_NOT_FOUND',
    message: `${tenant} has no batch app ${app}`,
    hint: meant ? `did you mean ${meant}?` : 'the profile of the tenant names its apps',
    kind: 'not-found',
  });

export const tenantCannotIngest = (fault: Fault) =>
  new PlatformError({
    code: fault.code,
    message: fault.message,
    kind: 'usage',
    ...(fault.hint ? { hint: fault.hint } : {}),
  });
