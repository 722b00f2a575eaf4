import type { CsvProposal } from './csv-proposal.ts';

/** The profile of a tenant whose files are like the sample that the proposal was made from. */
export function proposedProfile(
  { columns, partitionKey, clusteringKey, delimiter, quote, encoding, nulls, header, notes }: CsvProposal,
  names: { tenant: string; app: string; table: string; extension: string },
): string {
  // A list that cannot be checked against files is left out: titles that are empty or repeated.
  const checkable = header.every((title) => title !== '') && new Set(header).size === header.length;
  const lines = [
    `# Service profile of the tenant ${names.tenant}: columns, types and keys as a sample file suggests them.`,
    ...notes.map((note) => `# - ${note}`),
    `tenant: ${names.tenant}`,
    '',
    'tables:',
    `  ${names.table}:`,
    '    columns:',
    ...Object.entries(columns).map(([name, type]) => `      ${name}: ${type}`),
    `    partitionKey: [${partitionKey.join(', ')}]`,
    ...(clusteringKey.length > 0 ? [`    clusteringKey: [${clusteringKey.join(', ')}]`] : []),
    '',
    'apps:',
    `  - name: ${names.app}`,
    '    kind: batch',
    `    entry: apps/${names.app}/app.ts`,
    `    files: '*.${names.extension}'`,
    '    format:',
    '      type: csv',
    `      delimiter: ${JSON.stringify(delimiter)}`,
    `      quote: ${quote === 'none' ? 'none' : JSON.stringify(quote)}`,
    ...(checkable ? ['      columns:', ...header.map((title) => `        - ${JSON.stringify(title)}`)] : []),
    `      nulls: [${nulls.map((text) => JSON.stringify(text)).join(', ')}]`,
    ...(encoding === 'utf-8' ? [] : [`      encoding: ${encoding}`]),
    `    table: ${names.table}`,
    '    schedule: on-arrival',
  ];
  return `${lines.join('\n')}\n`;
}

/** The app that renames the columns, trims texts and adds a key where the file has none. */
export function proposedApp({ header, names, needsRowId, columns }: CsvProposal): string {
  const pairs = header.map((title, index) => `  [${literal(title)}, ${literal(names[index] ?? '')}],`);
  const added = Object.keys(columns).find((name) => !names.includes(name)) ?? 'row_id';
  const rowId = needsRowId ? `{ ${added}: context.rowId }` : '{}';
  return `import { defineBatchApp } from 'mysimbdp/sdk';

/** Column of the file → column of the table. */
const columns: [title: string, name: string][] = [
${pairs.join('\n')}
];

export default defineBatchApp({
  wrangle(row${needsRowId ? ', context' : ''}) {
${needsRowId ? '    // Nothing in the file tells its rows apart; this is the same whenever the file is read again.\n' : ''}    const result: Record<string, string | null> = ${rowId};
    for (const [title, name] of columns) result[name] = row[title]?.trim() || null;
    return result;
  },
});
`;
}

function literal(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
