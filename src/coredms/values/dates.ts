import {
  converter,
  invalid,
  outOfRange,
  Unconvertible,
  wrongType,
  type Converter,
  type CqlValue,
} from './conversion.ts';
import { dayStart, digitsAt, firstInstant, isDay, isDayText, lastInstant, msPerDay } from './calendar.ts';

const yearRange = 'years 0001 to 9999';
const dayForm = /^\d{4}-\d\d-\d\d/;

function noSuchDay(text: string): Unconvertible {
  return new Unconvertible('INVALID_VALUE', `${text.slice(0, 10)} is not a day of the calendar`);
}

/** `YYYY-MM-DD`, years 0001 to 9999; a Date only when it is midnight UTC. */
export const dateConverter: Converter = converter(
  (text) => {
    if (isDayText(text)) return text;
    return dayForm.test(text) && text.length === 10 ? noSuchDay(text) : invalid(text, 'a date like 2024-02-29');
  },
  (input) => {
    if (!(input instanceof Date)) return wrongType(input, 'a date', 'give a string like 2024-02-29');
    const ms = input.getTime();
    if (Number.isNaN(ms)) return wrongType(input, 'a valid date', 'give a string like 2024-02-29');
    if (ms < firstInstant || ms > lastInstant) return outOfRange(input.toISOString(), 'date', yearRange);
    if (ms % msPerDay !== 0) {
      return wrongType(input, 'a date (it has a time of day)', 'give a string like 2024-02-29');
    }
    return input.toISOString().slice(0, 10);
  },
);

/** `HH:MM:SS` with up to 9 digits of fraction. */
export const timeConverter: Converter = converter(
  (text) => {
    const hours = digitsAt(text, 0, 2);
    const minutes = digitsAt(text, 3, 5);
    const seconds = digitsAt(text, 6, 8);
    const formed =
      hours >= 0 &&
      minutes >= 0 &&
      seconds >= 0 &&
      text.charCodeAt(2) === 0x3a &&
      text.charCodeAt(5) === 0x3a &&
      (text.length === 8 ||
        (text.charCodeAt(8) === 0x2e && text.length >= 10 && text.length <= 18 && digitsAt(text, 9, text.length) >= 0));
    if (!formed) return invalid(text, 'a time like 13:05:00 or 13:05:00.123');
    if (hours > 23 || minutes > 59 || seconds > 59) return outOfRange(text, 'time', '00:00:00 to 23:59:59.999999999');
    return text.length === 8 ? text : text.replace(/0+$/, '').replace(/\.$/, '');
  },
  (input) => wrongType(input, 'a time', 'give a string like 13:05:00'),
);

/** Fraction and zone are captured; the rest is read where it stands. */
const timestampForm =
  /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$/;
const epochForm = /^-?\d{1,17}$/;
const timestampExample = 'a timestamp like 2024-02-29T13:05:00Z';

function checkedInstant(ms: number, input: unknown): CqlValue | Unconvertible {
  return ms >= firstInstant && ms <= lastInstant ? ms + 0 : outOfRange(input, 'timestamp', yearRange);
}

/** Minutes east of UTC of `Z`, `+HH`, `+HHMM`, `+HH:MM`; undefined when there is no such zone. */
function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = digitsAt(zone, 1, 3);
  const minutes = zone.length > 3 ? digitsAt(zone, zone.length - 2, zone.length) : 0;
  if (hours > 18 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function timestampFromText(text: string): CqlValue | Unconvertible {
  const parts = timestampForm.exec(text);
  if (!parts) {
    return epochForm.test(text) ? checkedInstant(Number(text), text) : invalid(text, timestampExample);
  }
  const [year, month, day] = [digitsAt(text, 0, 4), digitsAt(text, 5, 7), digitsAt(text, 8, 10)];
  const timed = text.length > 10;
  const hours = timed ? digitsAt(text, 11, 13) : 0;
  const minutes = timed ? digitsAt(text, 14, 16) : 0;
  const seconds = text.charAt(16) === ':' ? digitsAt(text, 17, 19) : 0;
  if (!isDay(year, month, day)) return noSuchDay(text);
  if (hours > 23 || minutes > 59 || seconds > 59) {
    return outOfRange(text, 'timestamp', 'time of day 00:00:00 to 23:59:59.999');
  }
  const zone = zoneMinutes(parts[2] ?? 'Z');
  if (zone === undefined) return outOfRange(text, 'timestamp', 'zones -18:00 to +18:00');
  const ms = parts[1] === undefined ? 0 : digitsAt(parts[1].padEnd(3, '0'), 0, 3);
  return checkedInstant(
    dayStart(year, month, day) + (hours * 60 + minutes - zone) * 60_000 + seconds * 1000 + ms,
    text,
  );
}

/**
 * ISO 8601 with or without zone (without: UTC), a day alone (its start in UTC), or milliseconds since the epoch; years
 * 0001 to 9999. Digits behind the milliseconds are cut off: CoreDms keeps milliseconds.
 */
export const timestampConverter: Converter = converter(timestampFromText, (input) => {
  if (input instanceof Date) {
    const ms = input.getTime();
    if (Number.isNaN(ms)) return wrongType(input, 'a valid timestamp', 'it holds no time');
    return checkedInstant(ms, input.toISOString());
  }
  const ms = typeof input === 'bigint' ? Number(input) : input;
  if (typeof ms !== 'number' || Number.isNaN(ms) || (Number.isFinite(ms) && !Number.isInteger(ms))) {
    return wrongType(input, 'a timestamp', 'give a Date, a string, or whole milliseconds since the epoch');
  }
  return checkedInstant(ms, input);
});
