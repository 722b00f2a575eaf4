import * as vscode from 'vscode';
import type { RowFigure } from '../../coredms/core-dms.ts';

/** Numbers as people read them, in few characters. */

/** Made with its first use: it loads the tables of ICU, which takes half of what the activation may take. */
let whole: Intl.NumberFormat | undefined;

export function count(value: number): string {
  whole ??= new Intl.NumberFormat('en');
  return whole.format(Math.round(value));
}

type Thing = 'file' | 'record' | 'row' | 'run' | 'tenant';

/** How many there are of a thing: a text for one and a text for many, for each thing. */
export function counted(value: number, thing: Thing): string {
  const { l10n } = vscode;
  const one = value === 1;
  switch (thing) {
    case 'file':
      return one ? l10n.t('1 file') : l10n.t('{0} files', count(value));
    case 'record':
      return one ? l10n.t('1 record') : l10n.t('{0} records', count(value));
    case 'row':
      return one ? l10n.t('1 row') : l10n.t('{0} rows', count(value));
    case 'run':
      return one ? l10n.t('1 run') : l10n.t('{0} runs', count(value));
    case 'tenant':
      return one ? l10n.t('1 tenant') : l10n.t('{0} tenants', count(value));
  }
}

/** Rows a second, with their unit. */
export function rowRate(perSecond: number): string {
  return vscode.l10n.t('{0} rows/s', count(perSecond));
}

/** Bytes in units of 1,000. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let size = value;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Seconds as `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const { l10n } = vscode;
  if (seconds < 60) return l10n.t('{0} s', seconds < 10 ? seconds.toFixed(1) : Math.round(seconds));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return l10n.t('{0} min {1} s', minutes, Math.round(seconds % 60));
  return l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}

/** How long ago a time was, in one unit. @param now milliseconds since the epoch */
export function ago(time: number, now: number): string {
  const { l10n } = vscode;
  const seconds = Math.max(0, (now - time) / 1000);
  if (seconds < 60) return l10n.t('just now');
  if (seconds < 3600) return l10n.t('{0} min ago', Math.floor(seconds / 60));
  if (seconds < 86_400) return l10n.t('{0} h ago', Math.floor(seconds / 3600));
  return l10n.t('{0} d ago', Math.floor(seconds / 86_400));
}

/** Text from elsewhere, so that Markdown shows it as it is. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$]/g, '\\$&');
}

/** How many rows a table has: `1,234 rows`, `10,000+ rows` where only so many were looked at. */
export function rowsOf({ rows, more }: RowFigure): string {
  return more ? vscode.l10n.t('{0}+ rows', count(rows)) : counted(rows, 'row');
}
