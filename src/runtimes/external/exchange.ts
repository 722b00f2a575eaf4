import type { Duplex } from 'node:stream';
import { deadlineExceeded } from '../../foundation/deadlines.ts';

/** A first answer is short. Bytes. */
const maxAnswer = 1024 * 1024;

/** The other side has said goodbye, or something that cannot be understood. */
export class NoAnswer extends Error {
  /** What it has said until then. */
  readonly said: Buffer;

  constructor(message: string, said: Buffer, cause?: unknown) {
    super(message, { cause });
    this.name = 'NoAnswer';
    this.said = said;
  }
}

/**
 * Sends a request and reads until the answer is complete.
 * @param read gives the answer, undefined while more has to come; throws when it is none
 * @throws NoAnswer; PlatformError DEADLINE_EXCEEDED; what the socket ends with
 */
export function exchange<T>(
  socket: Duplex,
  request: Buffer,
  read: (said: Buffer) => T | undefined,
  milliseconds: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let said: Buffer = Buffer.alloc(0);
    const settle = (work: () => void) => {
      clearTimeout(late);
      socket.off('data', heard).off('error', failed).off('close', closed);
      work();
    };
    const failed = (error: Error) =>
      settle(() => reject(said.length > 0 ? new NoAnswer(error.message, said, error) : error));
    const closed = () => settle(() => reject(new NoAnswer('the connection was closed', said)));
    const heard = (piece: Buffer) => {
      said = Buffer.concat([said, piece]);
      try {
        const answer = read(said);
        if (answer !== undefined) settle(() => resolve(answer));
        else if (said.length > maxAnswer) throw new Error('it does not come to an end');
      } catch (error) {
        settle(() => reject(new NoAnswer(error instanceof Error ? error.message : String(error), said, error)));
      }
    };
    const late = setTimeout(
      () => settle(() => reject(deadlineExceeded('the first answer', milliseconds))),
      milliseconds,
    );
    socket.on('data', heard).on('error', failed).on('close', closed);
    socket.write(request);
  });
}
