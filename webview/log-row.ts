import * as l10n from '@vscode/l10n';
import { count, moment } from '../src/cli/terminal/figures.ts';
import { element } from './elements.ts';
import { isGap, type LogItem } from './log-lines.ts';

/** A line of a log: time, level, tenant, text, with what was searched for marked. */
export function logRow(item: LogItem, search: string): HTMLElement {
  if (isGap(item))
    return element(
      'div',
      { class: 'gap' },
      item.missing === 1
        ? l10n.t('1 line left out: they came faster than they are shown.')
        : l10n.t('{0} lines left out: they came faster than they are shown.', count(item.missing)),
    );
  const { time, level, tenant, text } = item;
  const when = time === null ? '' : moment(time);
  return element(
    'div',
    { class: `line level-${level}` },
    element('time', { title: when }, when.slice(11)),
    element('span', { class: 'level' }, level),
    element('span', { class: 'tenant', title: tenant ?? undefined }, tenant ?? ''),
    element('span', { class: 'text' }, ...marked(text, search)),
  );
}

function marked(text: string, search: string): (Node | string)[] {
  if (search === '') return [text];
  const parts: (Node | string)[] = [];
  const lower = text.toLowerCase();
  const wanted = search.toLowerCase();
  // Letters whose other case is longer would shift the places.
  if (lower.length !== text.length) return [text];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), element('mark', {}, text.slice(at, at + wanted.length)));
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}
