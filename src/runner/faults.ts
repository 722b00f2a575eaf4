import type { Fault } from '../foundation/errors.ts';
import { PlatformError } from '../foundation/errors.ts';

// Why a run or a file fails: one factory a cause. What happened to single records is not here: rejects are data.

/** The file as a whole cannot be ingested; the run goes on with the next one. */
export class FileFault extends PlatformError {}

export const emptyHeader = () =>
  new FileFault({
    code: 'HEADER_MISSING',
    message: 'the file has no header: its first line is empty',
    hint: 'write the column names into the first line, or set `header: false` and `columns` in the profile',
  });

export const headerUnreadable = (reason: string, line: number) =>
  new FileFault({
    code: 'HEADER_UNREADABLE',
    message: `the header in line ${line} cannot be read: ${reason}`,
    hint: 'check the delimiter, quote and encoding of the app’s format in the profile',
  });

export const lineEndsUnknown = () =>
  new FileFault({
    code: 'LINE_ENDS_UNKNOWN',
    message: 'the header has a carriage return (CR) in it: the lines of the file seem to end with CR alone',
    hint: "lines end with LF or with CR and LF; convert the file, with `tr '\\r' '\\n'` for example, and stage it again",
  });

export const headerDuplicate = (name: string) =>
  new FileFault({
    code: 'HEADER_DUPLICATE',
    message: `the header names the column "${name}" twice`,
    hint: 'give every column a name of its own',
  });

export const headerMismatch = (missing: readonly string[], found: readonly string[], suggestion: string | undefined) =>
  new FileFault({
    code: 'HEADER_MISMATCH',
    message: `the header lacks ${missing.map((name) => `"${name}"`).join(', ')}; it has ${found
      .slice(0, 30)
      .map((name) => `"${name}"`)
      .join(', ')}${found.length > 30 ? ` and ${found.length - 30} more` : ''}`,
    hint: suggestion ?? 'correct the file, or `format.columns` of the app in the profile',
  });

export const headerForeign = (found: readonly string[], table: string) =>
  new FileFault({
    code: 'HEADER_MISMATCH',
    message: `none of the file's columns is a column of table ${table}: ${found
      .slice(0, 30)
      .map((name) => `"${name}"`)
      .join(', ')}`,
    hint: 'check the delimiter and `header` of the app’s format; if the app renames every column, name the file’s columns in `format.columns`',
  });

export const fileChanged = (name: string, before: number, after: number) =>
  new FileFault({
    code: 'FILE_CHANGED',
    message: `${name} was changed while it was ingested (${before} bytes when it was taken, ${after} now): somebody still writes to it`,
    hint: 'stage it again when it is complete, best under a name that ends in .part and is renamed at the end; what is stored already is overwritten, not doubled',
  });

export const gzipTruncated = (cause: unknown) =>
  new FileFault({
    code: 'GZIP_TRUNCATED',
    message: 'the gzip data end too early: the file was cut short',
    hint: 'stage the complete file; what was stored from this one is overwritten, not doubled',
    cause,
  });

export const gzipTooLarge = (limitBytes: number) =>
  new FileFault({
    code: 'GZIP_TOO_LARGE',
    message: `the file becomes more than the ${limitBytes / 1e6} MB that a compressed file may become`,
    hint: 'split it into several files, or raise batch.files.maxDecompressedMb of the profile; what was stored from this one is overwritten, not doubled',
  });

export const gzipBroken = (cause: unknown) =>
  new FileFault({
    code: 'GZIP_BROKEN',
    message: 'the gzip data are damaged',
    hint: 'compress and stage the file again, or set `compression: none` if it is not gzip',
    cause,
  });

export const fileGone = (name: string, cause: unknown) =>
  new FileFault({
    code: 'FILE_GONE',
    message: `${name} has disappeared while it was ingested: somebody removed it from the platform's state`,
    hint: 'stage it again; what was stored from it is overwritten, not doubled',
    cause,
  });

export const fileUnreadable = (name: string, cause: unknown) =>
  new FileFault({
    code: 'FILE_UNREADABLE',
    message: `the file ${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'check the permissions and the disk',
    cause,
  });

/** No fault of the file: the next attempt may read it. */
export const readingFailed = (name: string, code: string, cause: unknown) =>
  new PlatformError({
    code,
    message: `the file ${name} could not be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'check the disk, and how many files the system lets a process open; the run is tried again by itself',
    cause,
  });

export const diskFull = (path: string, cause: unknown) =>
  new PlatformError({
    code: 'DISK_FULL',
    message: `${path} cannot be written: the disk is full`,
    hint: 'free space on that disk; the run then goes on from its last checkpoint by itself',
    cause,
  });

export const rejectsLost = (path: string) =>
  new FileFault({
    code: 'QUARANTINE_CHANGED',
    message: `${path} lacks records that were rejected before the run was cut off: somebody removed or changed it`,
    hint: 'stage the file again, so that all of its rejected records are told; what is stored already is overwritten, not doubled',
  });

export const quarantineTooLarge = (records: number, limitBytes: number) =>
  new FileFault({
    code: 'QUARANTINE_TOO_LARGE',
    message: `the first ${records} rejected records of the file take more than the ${limitBytes / 1e6} MB that they may take; the rest was not read`,
    hint: 'look at them: most likely the whole file is of another format; tolerance.maxQuarantineMb of the app in the profile allows more',
  });

export const notTolerated = (records: number, toleratedPercent: number) =>
  new FileFault({
    code: 'TOLERANCE_EXCEEDED',
    message: `with ${records} records in quarantine the file has more than the ${toleratedPercent} % that the profile tolerates, whatever comes; the rest was not read`,
    hint: 'the quarantine file says what is wrong with each record; tolerance.quarantinedPercent of the app in the profile allows more',
  });

export const appLoadFailed = (entry: string, reason: string) =>
  new PlatformError({
    code: 'APP_LOAD_FAILED',
    message: `the app ${entry} cannot be loaded: ${reason}`,
    hint: 'an app is a module with `export default defineBatchApp({ wrangle(row, context) { … } })`',
  });

export const appStartFailed = (command: string, reason: string) =>
  new PlatformError({
    code: 'APP_START_FAILED',
    message: `the command ${command} cannot be started: ${reason}`,
    hint: 'check that the program is installed and that `command` in the profile names it',
  });

export const commandExited = (how: string, lastWords: string) =>
  new PlatformError({
    code: 'APP_EXITED',
    message: `the app ended ${how} before it had answered every record${lastWords ? `; its last words: ${lastWords}` : ''}`,
    hint: 'a command app reads stdin to its end and answers every line once',
  });

export const moduleExited = (exitCode: number) =>
  new PlatformError({
    code: 'APP_EXITED',
    message: `the app ended itself with code ${exitCode} before it had answered every record`,
    hint: 'an app must not call process.exit: throw to reject a record, return nothing to filter it',
  });

export const appFailedOutside = (reason: string) =>
  new PlatformError({
    code: 'APP_FAILED',
    message: `the app failed outside wrangle: ${reason}`,
    hint: 'look for a timer or an event that throws, or a promise that nobody awaits',
  });

export const appExitStatus = (how: string, lastWords: string) =>
  new PlatformError({
    code: 'APP_EXIT_STATUS',
    message: `the app answered every record but then ended ${how}${lastWords ? `; its last words: ${lastWords}` : ''}`,
    hint: 'what it answered is stored; an app that is content ends with status 0',
  });

const hungAt = {
  load: 'was not ready',
  wrangle: 'did not answer a record',
  end: 'did not end after its last record',
};

export const appHung = (doing: keyof typeof hungAt, seconds: number) =>
  new PlatformError({
    code: 'APP_HUNG',
    message: `the app ${hungAt[doing]} within ${seconds} s`,
    hint: 'look for an endless loop or a call that waits; `chunkTimeoutSeconds` of the app in the profile allows more time',
  });

export const appOutOfMemory = (memoryMb: number) =>
  new PlatformError({
    code: 'APP_OUT_OF_MEMORY',
    message: `the app used up its memory (${memoryMb} MiB for the whole run)`,
    hint: 'an app should keep nothing from record to record; `resources.memoryMb` of the app in the profile allows more',
  });

export const appProtocol = (what: string) =>
  new PlatformError({
    code: 'APP_PROTOCOL',
    message: `the app broke the command contract: ${what}`,
    hint: 'every input line {"id", "row"} gets exactly one line {"id", "rows": […]} or {"id", "reject": "why"} on stdout; logs go to stderr',
  });

export const fileTimeout = (name: string, seconds: number) =>
  new PlatformError({
    code: 'FILE_TIMEOUT',
    message: `${name} took longer than the ${seconds} s that the app may work on a file, waiting for its quota and for CoreDms apart`,
    hint: 'look for what makes the app slow, or split the file; resources.timeoutSeconds of the app in the profile allows more',
  });

export const sampleTimeout = (seconds: number) =>
  new PlatformError({
    code: 'SAMPLE_TIMEOUT',
    message: `the sample was not through within ${seconds} s`,
    hint: 'take fewer records, or look for what makes the app slow',
  });

export const leaseLost = (seconds: number) =>
  new PlatformError({
    code: 'LEASE_LOST',
    message: `the control plane did not answer for ${seconds} s`,
    hint: 'the run continues from its checkpoint when the platform is up again',
  });

export const changesNothing = (app: string): Fault => ({
  code: 'APP_CHANGES_NOTHING',
  message: `the app ${app} returned every record as it came`,
  hint: 'at least one wrangling is part of the model: clean, derive, convert or filter something',
});
