/** The kinds of failure that decide the exit status of the CLI and the status of an HTTP answer. */
export type FaultKind = 'usage' | 'unreachable' | 'not-found' | 'conflict' | 'forbidden' | 'failed';

interface PlatformErrorInit {
  /** Stable, upper-case, for programs and for searching the docs: `FILE_TOO_LARGE`. */
  code: string;
  /** What happened, with the names and figures of this case. */
  message: string;
  /** What the user can do next. */
  hint?: string;
  kind?: FaultKind;
  cause?: unknown;
}

/**
 * An error that a person is meant to read. Made by factories beside the concept it belongs to; callers never compose
 * messages themselves.
 */
export class PlatformError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly kind: FaultKind;

  constructor(init: PlatformErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'PlatformError';
    this.code = init.code;
    this.hint = init.hint;
    this.kind = init.kind ?? 'failed';
  }
}

/** The message of anything that was thrown, without its stack. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  return typeof thrown === 'string' ? thrown : String(thrown);
}

/** Node's code of a system error (`ENOENT`, `EACCES`), or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether it is for want of space that the system refused: the disk is full, or the user's share of it. */
export function isDiskFull(thrown: unknown): boolean {
  const code = systemCode(thrown);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** What the system refuses for a reason that may be gone the next time: too many files open, a disk or a server in trouble. */
const passingCodes: ReadonlySet<string | undefined> = new Set([
  'EMFILE',
  'ENFILE',
  'EIO',
  'ESTALE',
  'EAGAIN',
  'ETIMEDOUT',
]);

/** Whether it may be gone by the next attempt for which the system refused; a full disk is a matter of its own. */
export function mayPass(code: string | undefined): boolean {
  return passingCodes.has(code);
}

/** A fault as data, as records, reports and answers carry it. */
export interface Fault {
  code: string;
  message: string;
  hint?: string | undefined;
}

export function faultOf(thrown: unknown, fallbackCode = 'INTERNAL'): Fault {
  if (thrown instanceof PlatformError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  return { code: systemCode(thrown) ?? fallbackCode, message: messageOf(thrown) };
}
