import { Cron } from 'croner';
import { messageOf } from '../foundation/errors.ts';

/** When an app runs. `expression` is a cron expression of five or six fields, or a nickname like `@daily`. */
export type Schedule = { kind: 'on-arrival' } | { kind: 'manual' } | { kind: 'cron'; expression: string };

/** Reads the `schedule` of a profile; `error` completes the sentence "the schedule …". */
export function parseSchedule(text: string, timeZone: string): Schedule | { error: string } {
  const expression = text.trim();
  if (expression === 'on-arrival' || expression === 'manual') return { kind: expression };
  // The library also takes one date, and a seventh field for the year; neither comes again.
  const fields = expression.split(/\s+/).length;
  if (!expression.startsWith('@') && fields !== 5 && fields !== 6) {
    return { error: 'must be on-arrival, manual, or a cron expression of five or six fields like "0 * * * *"' };
  }
  try {
    if (nextTimes(expression, timeZone, new Date(), 1).length === 0) return { error: 'never comes' };
  } catch (error) {
    return { error: `is not a cron expression: ${messageOf(error).replace(/^CronPattern: /, '')}` };
  }
  return { kind: 'cron', expression };
}

/**
 * The next times of a cron expression behind `after`, on the clocks of `timeZone`. A time that a change of the clocks leaves
 * out comes at that change; one that comes twice counts once, the first time, unless the expression says "every hour".
 */
export function nextTimes(expression: string, timeZone: string, after: Date, count: number): Date[] {
  return new Cron(expression, { paused: true, timezone: timeZone }).nextRuns(count, after);
}

/** Calls `onTime` at each time of a cron expression. @returns what ends that */
export function startSchedule(expression: string, timeZone: string, onTime: () => void): () => void {
  const cron = new Cron(expression, { timezone: timeZone, unref: true }, onTime);
  return () => cron.stop();
}
