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

/** A page without any script: what went into an app beside what came out of it. */
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
    records.length > 0 ? sides(result, texts) : result.fault ? '' : `<p>${escaped(texts.noRecords)}</p>`,
    log.length > 0 ? `<h2>${escaped(texts.log)}</h2>${logLines(log)}` : '',
  ].join('\n');
}

function fault({ code, message, hint }: Fault, kind: 'error' | 'warning'): string {
  const more = hint === undefined ? '' : `<br>${escaped(hint)}`;
  return `<p class="${kind}" role="alert"><strong>${escaped(code)}</strong> ${escaped(message)}${more}</p>`;
}

/** Two tables beside each other, each with as many rows for a record as the other, so that their lines meet. */
function sides({ columns, table, records }: SampleResult, texts: SampleTexts): string {
  const at: Columns = {
    columns: columns.length > 0 ? columns : [''],
    out: table.columns.map(({ name }) => name),
    texts,
  };
  return `<div class="sides">
${side(
  texts.in,
  at.columns,
  records.map((record) => inRows(record, at)),
  texts,
)}
${side(
  texts.out,
  at.out,
  records.map((record) => outRows(record, at)),
  texts,
)}
</div>`;
}

function side(title: string, columns: readonly string[], bodies: readonly string[], texts: SampleTexts): string {
  const heads = columns.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  return `<section class="scroll" tabindex="0" aria-label="${escaped(title)}">
<h2>${escaped(title)}</h2>
<table>
<thead><tr><th scope="col" class="line">${escaped(texts.line)}</th>${heads}</tr></thead>
${bodies.join('\n')}
</table></section>`;
}

interface Columns {
  columns: readonly string[];
  out: readonly string[];
  texts: SampleTexts;
}

/** The record, and nothing beside what the app made of it and said meanwhile. */
function inRows(record: SampledRecord, { columns, texts }: Columns): string {
  const { input, raw, outcome } = record;
  const cells = input
    ? columns.map((_, i) => cell(input[i] ?? null)).join('')
    : `<td colspan="${columns.length}" class="raw" title="${escaped(raw)}"><span class="note">${escaped(texts.undecoded)}</span> <code>${escaped(raw)}</code></td>`;
  const lines = (outcome.kind === 'stored' ? outcome.rows.length : 1) + logTexts(record).length;
  const rest = `<tr><th class="line"></th><td colspan="${columns.length}"></td></tr>`.repeat(lines - 1);
  return `<tbody class="${outcome.kind}"><tr>${lineHead(record, texts)}${cells}</tr>${rest}</tbody>`;
}

/** The rows that the app made of the record, or why it made none, and what it said meanwhile. */
function outRows(record: SampledRecord, { columns, out, texts }: Columns): string {
  const { input, outcome } = record;
  const before = new Map(columns.map((name, i) => [name, input?.[i] ?? null]));
  const wide = (kind: string, content: string) => `<td colspan="${out.length}" class="${kind}">${content}</td>`;
  const rows =
    outcome.kind === 'stored'
      ? outcome.rows.map((row) => out.map((name, i) => outCell(row[i] ?? null, before.get(name), texts)).join(''))
      : [wide('note', escapedOutcome(record, texts))];
  const lines = [...rows, ...logTexts(record).map((text) => wide('log', escaped(text)))];
  const heads = lines.map((_, i) => (i === 0 ? lineHead(record, texts) : '<th class="line"></th>'));
  return `<tbody class="${outcome.kind}">${lines.map((line, i) => `<tr>${heads[i]}${line}</tr>`).join('')}</tbody>`;
}

function lineHead({ line, milliseconds }: SampledRecord, texts: SampleTexts): string {
  return `<th scope="row" class="line" title="${escaped(texts.milliseconds(milliseconds.toFixed(2)))}">${line}</th>`;
}

/** What the app said over a record, line by line. */
function logTexts({ log }: SampledRecord): string[] {
  return log.flatMap(({ text }) => text.split('\n'));
}

/** @param before the record's value under the same name; undefined when it has no such column */
function outCell(value: string | null, before: string | null | undefined, texts: SampleTexts): string {
  return cell(value, before === undefined || before === value ? undefined : texts.was(before ?? '–'));
}

/** @param changed what was changed, where it was */
function cell(value: string | null, changed?: string): string {
  const kinds = [value === null ? 'none' : '', changed === undefined ? '' : 'changed'];
  const classes = kinds.filter((kind) => kind !== '').join(' ');
  const title = [value ?? '', changed ?? ''].filter((text) => text !== '').join('\n');
  return `<td${classes && ` class="${classes}"`}${title && ` title="${escaped(title)}"`}>${escaped(value ?? '–')}</td>`;
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
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; }
.scroll { overflow-x: auto; }
.scroll h2 { margin: 0 0 4px; }
/* Every line has the same height, so that both sides go on beside each other. */
table { --line: calc(1.4em + 4px); border-collapse: collapse; font-family: var(--vscode-editor-font-family);
  font-size: var(--vscode-editor-font-size); }
th, td { box-sizing: border-box; height: var(--line); padding: 0 8px; line-height: calc(var(--line) - 1px); text-align: left;
  white-space: nowrap; max-width: 28ch; overflow: hidden; text-overflow: ellipsis;
  border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
thead th { font-weight: 600; }
.line { position: sticky; left: 0; background: var(--vscode-editor-background); text-align: right; font-weight: normal; }
.none, .log { color: var(--vscode-descriptionForeground); }
.changed { font-weight: 600; }
.note, .raw, .log { max-width: none; }
code { font: inherit; }
.filtered .note { color: var(--vscode-descriptionForeground); font-style: italic; }
.rejected .note, .unanswered .note { color: var(--vscode-errorForeground); }
pre { margin: 0; white-space: pre-wrap; font-family: var(--vscode-editor-font-family); color: var(--vscode-descriptionForeground); }
`;
