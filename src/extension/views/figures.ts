import * as vscode from 'vscode';
import { count } from '../../cli/terminal/figures.ts';
import type { RowFigure } from '../../coredms/core-dms.ts';

// Numbers as people read them, in few characters: those of the command line, and what the editor's language has a say in.
export { count, duration, size as bytes } from '../../cli/terminal/figures.ts';

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
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&');
}

/** How many rows a table has: `1,234 rows`, `10,000+ rows` where only so many were looked at. */
export function rowsOf({ rows, more }: RowFigure): string {
  return more ? vscode.l10n.t('{0}+ rows', count(rows)) : counted(rows, 'row');
}
