import { defaults } from './defaults.ts';
import type { ProfileApp } from './profile-schema.ts';
import type { Partially } from './schema-diagnostics.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';
import { valueAt } from './yaml-source.ts';

/** Reports settings of a format, at `path`, that do not go together. */
export function checkFormat(
  source: YamlSource,
  path: YamlPath,
  format: Partially<ProfileApp['format']> | undefined,
): void {
  if (format?.type !== 'csv') return;
  const { delimiter = defaults.csv.delimiter, quote = defaults.csv.quote, escape, header, columns } = format;
  if (header === false && valueAt(source.value, [...path, 'columns']) === undefined) {
    const message = 'without a header the columns have to be named: add `columns`, in the order of the file';
    source.report([...path, 'header'], 'key', { code: 'FORMAT_NEEDS_COLUMNS', message });
  }
  const seen = new Set<string>();
  for (const [index, column] of (columns ?? []).entries()) {
    if (column === undefined) continue;
    if (seen.has(column)) {
      const message = `the column "${column}" is named twice`;
      source.report([...path, 'columns', index], 'value', { code: 'DUPLICATE_COLUMN', message });
    }
    seen.add(column);
  }
  for (const [key, character] of [
    ['quote', quote],
    ['escape', escape],
  ] as const) {
    if (character !== delimiter) continue;
    const message = `the ${key} and the delimiter are both ${JSON.stringify(delimiter)}; no field could be told from the next`;
    const at = format[key] === undefined ? 'delimiter' : key;
    source.report([...path, at], 'value', { code: 'DELIMITER_AMBIGUOUS', message });
  }
}
