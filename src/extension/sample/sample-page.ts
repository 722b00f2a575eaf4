import type { Fault } from '../../foundation/errors.ts';
import type { SampledRecord, SampleLogLine, SampleResult } from '../../protocol/samples.ts';

/** What the page is about. */
export type SampleShown =
  { kind: 'running' } | { kind: 'result'; result: SampleResult } | { kind: 'problem'; fault: Fault };

/** Texts in the user's language. */
export interface SampleTexts {
  running: string;
  summary: (counts: SampleResult['counts'], file: string) => string;
  more: string;
  noRecords: string;
  line: string;
  in: string;
  out: string;
  filtered: string;
  rejected: string;
  unanswered: string;
  undecoded: string;
  was: (before: string) => string;
  log: string;
  milliseconds: (figure: string) => string;
}

export interface SamplePage {
  nonce: string;
  /** As in BCP 47. */
  language: string;
  title: string;
  links: readonly { title: string; href: string }[];
  texts: SampleTexts;
}

/** A page without any script: what went into an app beside what came out of it, a line a record. */
export function samplePage(shown: SampleShown, page: SamplePage): string {
  const { nonce, language, title, links } = page;
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escaped(title)}</title>
  <style nonce="${nonce}">${style}</style>
</head>
<body>
  <main>
    <header>
      <h1>${escaped(title)}</h1>
      <nav>${links.map(({ title: text, href }) => `<a href="${escaped(href)}">${escaped(text)}</a>`).join(' ')}</nav>
    </header>
    ${content(shown, page.texts)}
  </main>
</body>
</html>`;
}

function content(shown: SampleShown, texts: SampleTexts): string {
  switch (shown.kind) {
    case 'running':
      return `<p role="status">${escaped(texts.running)}</p>`;
    case 'problem':
      return fault(shown.fault, 'error');
    case 'result':
      return resultPart(shown.result, texts);
  }
}

function resultPart(result: SampleResult, texts: SampleTexts): string {
  const { counts, file, whole, warnings, records, log } = result;
  const more = whole || result.fault ? '' : ` ${texts.more}`;
  return [
    result.fault ? fault(result.fault, 'error') : '',
    ...warnings.map((warning) => fault(warning, 'warning')),
    `<p role="status">${escaped(texts.summary(counts, file) + more)}</p>`,
    records.length > 0 ? table(result, texts) : result.fault ? '' : `<p>${escaped(texts.noRecords)}</p>`,
    log.length > 0 ? `<h2>${escaped(texts.log)}</h2>${logLines(log)}` : '',
  ].join('\n');
}

function fault({ code, message, hint }: Fault, kind: 'error' | 'warning'): string {
  const more = hint === undefined ? '' : `<br>${escaped(hint)}`;
  return `<p class="${kind}" role="alert"><strong>${escaped(code)}</strong> ${escaped(message)}${more}</p>`;
}

function table(result: SampleResult, texts: SampleTexts): string {
  const columns = result.columns.length > 0 ? result.columns : [''];
  const out = result.table.columns.map(({ name }) => name);
  const heads = (names: readonly string[], kind: string) =>
    names
      .map((name, i) => `<th scope="col" class="${i === 0 ? `${kind} first` : kind}">${escaped(name)}</th>`)
      .join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(`${texts.in} – ${texts.out}`)}">
<table>
<thead>
<tr><th scope="col" rowspan="2" class="line">${escaped(texts.line)}</th>
<th scope="colgroup" colspan="${columns.length}" class="first">${escaped(texts.in)}</th>
<th scope="colgroup" colspan="${out.length}" class="first">${escaped(texts.out)}</th></tr>
<tr>${heads(columns, 'in')}${heads(out, 'out')}</tr>
</thead>
${result.records.map((record) => recordRows(record, { columns, out, texts })).join('\n')}
</table></div>`;
}

interface Columns {
  columns: readonly string[];
  out: readonly string[];
  texts: SampleTexts;
}

/** A group of rows: the record's first row, the others that the app made of it, and what it said meanwhile. */
function recordRows(record: SampledRecord, at: Columns): string {
  const { line, input, raw, outcome, milliseconds, log } = record;
  const { columns, out, texts } = at;
  const rows = outcome.kind === 'stored' ? outcome.rows : [undefined];
  const span = rows.length > 1 ? ` rowspan="${rows.length}"` : '';
  const before = new Map(columns.map((name, i) => [name, input?.[i] ?? null]));
  const inCells = input
    ? columns.map((name, i) => cell(before.get(name) ?? null, { first: i === 0, span })).join('')
    : `<td colspan="${columns.length}"${span} class="first raw" title="${escaped(raw)}"><span class="note">${escaped(texts.undecoded)}</span> <code>${escaped(raw)}</code></td>`;
  const head = `<th scope="row"${span} class="line" title="${escaped(texts.milliseconds(milliseconds.toFixed(2)))}">${line}</th>${inCells}`;
  const lines = rows.map((row, i) => {
    const cells = row
      ? out.map((name, at) =>
          outCell(row[at] ?? null, before.has(name) ? before.get(name) : undefined, at === 0, texts),
        )
      : [`<td colspan="${out.length}" class="first note">${escapedOutcome(record, texts)}</td>`];
    return `<tr>${i === 0 ? head : ''}${cells.join('')}</tr>`;
  });
  if (log.length > 0) {
    lines.push(`<tr class="log"><td></td><td colspan="${columns.length + out.length}">${logLines(log)}</td></tr>`);
  }
  return `<tbody class="${outcome.kind}">${lines.join('')}</tbody>`;
}

/** @param before the record's value under the same name; undefined when it has no such column */
function outCell(value: string | null, before: string | null | undefined, first: boolean, texts: SampleTexts): string {
  if (before === undefined || before === value) return cell(value, { first });
  return cell(value, { first, changed: texts.was(before ?? '–') });
}

function cell(
  value: string | null,
  { first, span = '', changed }: { first: boolean; span?: string; changed?: string },
): string {
  const kinds = [first ? 'first' : '', value === null ? 'none' : '', changed === undefined ? '' : 'changed'];
  const classes = kinds.filter((kind) => kind !== '').join(' ');
  const title = [value ?? '', changed ?? ''].filter((text) => text !== '').join('\n');
  return `<td${span}${classes && ` class="${classes}"`}${title && ` title="${escaped(title)}"`}>${escaped(value ?? '–')}</td>`;
}

function escapedOutcome({ outcome }: SampledRecord, texts: SampleTexts): string {
  if (outcome.kind !== 'rejected')
    return outcome.kind === 'filtered' ? escaped(texts.filtered) : escaped(texts.unanswered);
  const { column, code, reason } = outcome;
  const where = column === null ? '' : `<strong>${escaped(column)}</strong>: `;
  return `${escaped(texts.rejected)} – ${where}${escaped(reason)} <code>${escaped(code)}</code>`;
}

function logLines(lines: readonly SampleLogLine[]): string {
  return `<pre>${lines.map(({ text }) => escaped(text)).join('\n')}</pre>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const style = `
body { color: var(--vscode-foreground); font: var(--vscode-font-size)/1.4 var(--vscode-font-family); padding: 0 12px; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 16px; }
h1 { font-size: 1.2em; font-weight: 600; }
h2 { font-size: 1em; font-weight: 600; }
a { color: var(--vscode-textLink-foreground); margin-right: 12px; }
a:focus-visible, .scroll:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
.error, .warning { border-left: 4px solid; padding: 4px 8px; }
.error { border-color: var(--vscode-editorError-foreground); }
.warning { border-color: var(--vscode-editorWarning-foreground); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
th, td { padding: 2px 8px; text-align: left; vertical-align: top; white-space: nowrap; max-width: 28ch; overflow: hidden;
  text-overflow: ellipsis; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
thead th { font-weight: 600; }
.first { border-left: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
.line { text-align: right; color: var(--vscode-foreground); font-weight: normal; }
.none { color: var(--vscode-descriptionForeground); }
.changed { font-weight: 600; }
.note, .raw { white-space: normal; max-width: 80ch; }
.filtered .note { color: var(--vscode-descriptionForeground); font-style: italic; }
.rejected .note, .unanswered .note { color: var(--vscode-errorForeground); }
.log td { max-width: none; }
pre { margin: 0; white-space: pre-wrap; font-family: var(--vscode-editor-font-family); color: var(--vscode-descriptionForeground); }
`;
