import { isDiskFull, messageOf, PlatformError } from '../../foundation/errors.ts';
import { outputClosedCode, reportError } from '../errors.ts';
import type { Terminal } from './terminal.ts';

/** What a write says when the reader has closed the pipe; EOF: on Windows. */
const closedCodes: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

function outputClosed(cause: Error): PlatformError {
  return new PlatformError({ code: outputClosedCode, message: 'nobody reads the output any more', cause });
}

function outputNotWritten(cause: Error): PlatformError {
  return new PlatformError({
    code: 'OUTPUT_NOT_WRITTEN',
    message: `the output cannot be written: ${messageOf(cause)}`,
    hint: isDiskFull(cause) ? 'Make room on the disk that it goes to, or send it elsewhere.' : 'Send it elsewhere.',
    cause,
  });
}

/**
 * Tells `onLost`, once, when standard output cannot be written, or when nobody reads the notes. Says so on standard error, but for
 * a closed pipe: whoever closed it knows.
 */
export function watchOutput(terminal: Terminal, onLost: (lost: PlatformError) => void): void {
  let lost: PlatformError | undefined;
  const isClosed = ({ code }: NodeJS.ErrnoException) => closedCodes.has(code);
  const lose = (error: NodeJS.ErrnoException) => {
    if (lost) return;
    lost = isClosed(error) ? outputClosed(error) : outputNotWritten(error);
    if (!isClosed(error)) reportError(terminal, lost);
    onLost(lost);
  };
  process.stdout.on('error', lose);
  // Notes that cannot be kept, for a full disk, say, end nothing: the results are elsewhere.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (isClosed(error)) lose(error);
  });
}
