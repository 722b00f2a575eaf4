/** Attempts in a row that come no further, before a run is given up. */
export const mostAttempts = 4;

const firstDelayMs = 500;
const longestDelayMs = 60_000;

/**
 * How long to wait before the next attempt, in milliseconds: twice as long each time, and by chance up to half of it sooner, so
 * that runs which met the same fault do not come back all at once.
 * @param attempts that were in vain so far, from 1
 * @param random in [0, 1)
 */
export function retryDelayMs(attempts: number, random: number): number {
  const delay = Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs);
  return delay * (1 - random / 2);
}
