import { setTimeout as timer } from 'node:timers/promises';
import { PlatformError } from './errors.ts';

export function deadlineExceeded(what: string, milliseconds: number): PlatformError {
  return new PlatformError({
    code: 'DEADLINE_EXCEEDED',
    message: `${what} took longer than ${(milliseconds / 1000).toString()} s`,
    kind: 'unreachable',
  });
}

/** Resolves after `milliseconds`; rejects with the signal's reason when it aborts first. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await timer(milliseconds, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Settles with `work`, or rejects with DEADLINE_EXCEEDED after `milliseconds`. The work itself is not stopped. */
export async function within<T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> {
  let handle: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    handle = setTimeout(() => {
      reject(deadlineExceeded(what, milliseconds));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(handle);
  }
}

/** Settles with `work`, or rejects with the signal's reason when it aborts first. The work itself is not stopped. */
export async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  let leave: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/**
 * Does `work` with a signal that aborts after `milliseconds`, with DEADLINE_EXCEEDED, or when `signal` does, with its reason.
 * Not AbortSignal.any and AbortSignal.timeout: in Node 20 a timeout that only such a signal refers to may never come, and a
 * long-lived source keeps a reference to every signal that was made of it.
 */
export async function underDeadline<T>(
  milliseconds: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const ending = new AbortController();
  const leave = () => ending.abort(signal?.reason);
  const deadline = setTimeout(() => ending.abort(deadlineExceeded(what, milliseconds)), milliseconds);
  signal?.addEventListener('abort', leave, { once: true });
  try {
    return await work(ending.signal);
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', leave);
  }
}

/**
 * Asks `condition` every `everyMs` until it gives something other than undefined or false; DEADLINE_EXCEEDED after
 * `milliseconds`.
 */
export async function until<T>(
  milliseconds: number,
  what: string,
  condition: () => T | Promise<T>,
  signal?: AbortSignal,
  everyMs = 50,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    if (performance.now() >= end) throw deadlineExceeded(what, milliseconds);
    await pause(everyMs, signal);
  }
}
