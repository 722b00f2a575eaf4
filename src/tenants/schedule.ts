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
    if (new Cron(expression, { paused: true, timezone: timeZone }).nextRun() === null) {
      return { error: 'never comes' };
    }
  } catch (error) {
    return { error: `is not a cron expression: ${messageOf(error).replace(/^CronPattern: /, '')}` };
  }
  return { kind: 'cron', expression };
}
