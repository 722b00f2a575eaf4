/** The number that the digits of `text` from `start` to `end` write, or -1 when one of them is no digit. */
export function digitsAt(text: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    // Also false for the NaN behind the end of the text.
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const monthDays = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the proleptic Gregorian calendar has this day; years 1 to 9999. */
export function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (monthDays[month] ?? 0) + (leap ? 1 : 0);
}

/** Whether `text` is `YYYY-MM-DD` and such a day exists. */
export function isDayText(text: string): boolean {
  return (
    text.length === 10 &&
    text.charCodeAt(4) === 0x2d &&
    text.charCodeAt(7) === 0x2d &&
    isDay(digitsAt(text, 0, 4), digitsAt(text, 5, 7), digitsAt(text, 8, 10))
  );
}

export const msPerDay = 86_400_000;

/**
 * Milliseconds since the epoch of a day's start in UTC, counted in eras of 400 years that begin on 1 March
 * (https://howardhinnant.github.io/date_algorithms.html#days_from_civil); Date.UTC takes the years before 100 for 19xx.
 */
export function dayStart(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * msPerDay;
}

/** 0001-01-01T00:00Z and the last millisecond of 9999, in milliseconds since the epoch. */
export const firstInstant = dayStart(1, 1, 1);
export const lastInstant = dayStart(9999, 12, 31) + msPerDay - 1;
