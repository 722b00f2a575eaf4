// Figures as people read them. One spelling everywhere, whatever the machine's locale, so that output can be compared.

/** Made with its first use: it loads the tables of ICU, which takes half of what an activation of the editor's may take. */
let grouped: Intl.NumberFormat | undefined;

/** `41,200` */
export function count(value: number): string {
  grouped ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
  return grouped.format(value);
}

/** `1 file`, `2,000 files` */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

/** `41,200 rows/s` without its unit; a rate below 10 keeps one digit behind the point. */
export function rate(perSecond: number): string {
  return perSecond > 0 && perSecond < 9.95 ? perSecond.toFixed(1) : count(perSecond);
}

/** Bytes in decimal units, as the profiles count them: `999 B`, `1.5 kB`, `41 MB`. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  // 999.5 and more would be shown as 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? ''}`;
}

/** Seconds: `0.42 s`, `12.3 s`, `3 min 05 s`, `2 h 14 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60).toString()} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60).toString()} h ${twoDigits(minutes % 60)} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24).toString()} d ${(hours % 24).toString()} h`;
}

/** Seconds as on a clock: `0:12`, `14:05`, `2:14:00`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0
    ? `${hours.toString()}:${twoDigits(minutes)}:${twoDigits(whole % 60)}`
    : `${minutes.toString()}:${twoDigits(whole % 60)}`;
}

/** A share from 0 to 1: `63 %`, `0.4 %`; 100 % and 0 % only when nothing is missing or there. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1 %';
  if (value < 100 && value > 99.9) return '>99.9 %';
  return Number.isInteger(value) || (value >= 10 && value < 99) ? `${value.toFixed(0)} %` : `${value.toFixed(1)} %`;
}

/** Milliseconds since the epoch as `2024-05-01 13:07:42`, in `timeZone` (default: the machine's). */
export function moment(milliseconds: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(milliseconds);
}

function twoDigits(value: number): string {
  return value.toString().padStart(2, '0');
}
