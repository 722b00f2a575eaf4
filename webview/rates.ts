// Rates as the panel writes them; everything else as the command line does (src/cli/terminal/figures.ts).

/** Bytes a second as MB/s, without the unit: `0.04`, `3.2`, `120`. */
export function megabytes(bytesPerSecond: number): string {
  const value = bytesPerSecond / 1e6;
  if (value === 0) return '0';
  if (value < 0.095) return value < 0.005 ? '<0.01' : value.toFixed(2);
  return value < 99.5 ? value.toFixed(1) : value.toFixed(0);
}

/** A number on an axis: `0`, `1.5k`, `200k`, `2M`. */
export function short(value: number): string {
  if (value >= 1e6) return `${trimmed(value / 1e6)}M`;
  if (value >= 1e3) return `${trimmed(value / 1e3)}k`;
  return trimmed(value);
}

function trimmed(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
