import { nearestName } from '../schema-diagnostics.ts';

/** A module for an app that has none yet: each column of the table from the file's column of that name, where there is one. */
export function newApp({
  table,
  columns,
  titles,
}: {
  table: string;
  columns: readonly string[];
  /** Columns of the app's files, as they are spelt there; none when that is not known. */
  titles: readonly string[];
}): string {
  const lines = columns.map((column) => {
    const title = titles.find((one) => nearestName(one) === column);
    if (title !== undefined) return `      ${column}: ${access(title)},`;
    if (titles.length === 0) return `      ${column}: ${access(column)},`;
    return `      ${column}: null, // the file has no column of this name`;
  });
  return `import { defineBatchApp } from 'mysimbdp/sdk';

export default defineBatchApp({
  /** A record of the file in, a row of the table ${table} out; undefined filters the record, a throw sends it to quarantine. */
  wrangle(row) {
    return {
${lines.join('\n')}
    };
  },
});
`;
}

function access(title: string): string {
  return /^[A-Za-z_]\w*$/.test(title) ? `row.${title}` : `row[${JSON.stringify(title)}]`;
}
