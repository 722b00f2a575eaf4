import { faultOf, PlatformError, type FaultKind } from '../foundation/errors.ts';
import type { Terminal } from './terminal/terminal.ts';
import { printable } from './terminal/text.ts';

/** What the CLI tells the shell. */
export const exitStatus = {
  done: 0,
  /** Work is finished, with failures: a file was refused or failed. */
  failures: 1,
  /** Wrong use or configuration. */
  usage: 2,
  /** A service could not be reached. */
  unreachable: 3,
  /** Ctrl-C, as shells have it. */
  interrupted: 130,
  /** Nobody reads the output any more: as shells have it of a program that SIGPIPE ended. */
  outputClosed: 141,
} as const;

const statusOfKind: Readonly<Record<FaultKind, number>> = {
  usage: exitStatus.usage,
  'not-found': exitStatus.usage,
  conflict: exitStatus.usage,
  forbidden: exitStatus.usage,
  unreachable: exitStatus.unreachable,
  failed: exitStatus.failures,
};

/** What a command says at the first Ctrl-C when its end may take a while. */
export const endingInOrder = 'Ending in order; Ctrl-C again ends at once.';

const interruptedCode = 'INTERRUPTED';
export const outputClosedCode = 'OUTPUT_CLOSED';

export function interrupted(): PlatformError {
  return new PlatformError({ code: interruptedCode, message: 'ended by the user' });
}

export function exitStatusOf(thrown: unknown): number {
  if (!(thrown instanceof PlatformError)) return exitStatus.failures;
  if (thrown.code === interruptedCode) return exitStatus.interrupted;
  return thrown.code === outputClosedCode ? exitStatus.outputClosed : statusOfKind[thrown.kind];
}

/** `error CODE: message`, the hint below; of an error that nobody foresaw, its stack when MYSIMBDP_DEBUG is set. */
export function reportError(terminal: Terminal, thrown: unknown): void {
  const { code, message, hint } = faultOf(thrown);
  terminal.note(`${terminal.paint('red', 'error')} ${code}: ${printable(message)}`);
  for (const line of hint?.split('\n') ?? []) terminal.note(`  ${printable(line)}`);
  if (thrown instanceof PlatformError) return;
  if (process.env.MYSIMBDP_DEBUG) terminal.note(thrown instanceof Error ? (thrown.stack ?? '') : String(thrown));
  else terminal.note('  MYSIMBDP_DEBUG=1 shows where it happened.');
}

/** The fault that `reportError` has told of last in what a command has printed, without colours; undefined when there is none. */
export function reportedFault(printed: string): { code: string; message: string; hint?: string } | undefined {
  const lines = printed.trimEnd().split(/\r?\n/);
  const at = lines.findLastIndex((line) => reported.test(line));
  const [, code, message] = reported.exec(lines[at] ?? '') ?? [];
  if (code === undefined || message === undefined) return undefined;
  const below = lines.slice(at + 1);
  const end = below.findIndex((line) => !line.startsWith('  '));
  const hint = below.slice(0, end === -1 ? undefined : end).map((line) => line.slice(2));
  return { code, message, ...(hint.length === 0 ? {} : { hint: hint.join(' ') }) };
}

const reported = /^error ([A-Z][A-Z0-9_]*): (.*)$/;

export function unknownTenant(tenant: string, suggestion: string | undefined): PlatformError {
  return new PlatformError({
    code: 'UNKNOWN_TENANT',
    message: `the platform has no tenant "${tenant}"`,
    hint: suggestion === undefined ? 'See the tenants with "mysimbdp tenant list".' : `Did you mean "${suggestion}"?`,
    kind: 'usage',
  });
}

export function platformNotRunning(root: string): PlatformError {
  return new PlatformError({
    code: 'PLATFORM_NOT_RUNNING',
    message: `no platform is running in ${root}`,
    hint: 'Start it with "mysimbdp up"; runs that were cut off go on then.',
    kind: 'unreachable',
  });
}

export function confirmationNeeded(option: string): PlatformError {
  return new PlatformError({
    code: 'CONFIRMATION_NEEDED',
    message: 'this deletes data, and nobody is there to be asked',
    hint: `Add ${option} to go on without asking.`,
    kind: 'usage',
  });
}

/** Whether another control plane owns the platform folder. */
export function isPlatformOwned(thrown: unknown): boolean {
  return thrown instanceof PlatformError && thrown.code === 'PLATFORM_OWNED';
}
