import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { didYouMean } from '../../foundation/suggestions.ts';
import type { CsvFormat } from '../../protocol/formats.ts';
import { effectiveFormat } from '../effective-profile.ts';
import type { ProfileApp } from '../profile-schema.ts';
import { tenantProfileSchema } from '../profile-schema.ts';
import { nearestName } from '../schema-diagnostics.ts';
import type { YamlPath, YamlSource } from '../yaml-source.ts';
import { valueAt } from '../yaml-source.ts';
import type { Sample } from './samples.ts';
import { readFirstRecord, sampleFor } from './samples.ts';

const appSchema = tenantProfileSchema.shape.apps.element;

/** The app at a position of a profile, when its schema has nothing against it. */
export function soundApp(profile: unknown, index: number): ProfileApp | undefined {
  return appSchema.safeParse(valueAt(profile, ['apps', index])).data;
}

/** Reports where an app and a file that it would take do not go together. Files are read at their very start. */
export async function checkSamples(source: YamlSource, folder: PlatformFolder, tenant: string): Promise<void> {
  const apps = valueAt(source.value, ['apps']);
  for (let index = 0; Array.isArray(apps) && index < apps.length; index++) {
    const app = soundApp(source.value, index);
    if (app?.format.type !== 'csv') continue;
    const format = effectiveFormat(app.format) as CsvFormat;
    try {
      const sample = await sampleFor(folder, tenant, app.files);
      const record = sample && (await readFirstRecord(sample.path, format));
      if (record) checkRecord(source, ['apps', index], app, { format, sample, record });
    } catch {
      // A sample that cannot be read says nothing about the profile; the run that meets it does.
    }
  }
}

function checkRecord(
  source: YamlSource,
  path: YamlPath,
  app: ProfileApp,
  { format, sample, record }: { format: CsvFormat; sample: Sample; record: string[] },
): void {
  const wanted = format.columns;
  if (!format.header) {
    if (!wanted || wanted.length === record.length) return;
    const message = `${sample.name} has ${record.length} fields a record, not the ${wanted.length} that are named here`;
    source.report([...path, 'format', 'columns'], 'key', { code: 'SAMPLE_FIELD_COUNT', severity: 'warning', message });
    return;
  }
  for (const [index, column] of (wanted ?? []).entries()) {
    if (record.includes(column)) continue;
    source.report([...path, 'format', 'columns', index], 'value', {
      code: 'SAMPLE_LACKS_COLUMN',
      severity: 'warning',
      message: `${sample.name} has no column "${column}"; it has ${shown(record)}`,
      suggestion: didYouMean(
        column,
        record.filter((title) => !wanted?.includes(title)),
      ),
    });
  }
  if (wanted) return;
  const columns = source.keysAt(['tables', app.table, 'columns']) ?? [];
  // Without `columns` a file is taken when any of its titles is a column of the table.
  if (columns.length === 0 || record.some((title) => columns.includes(nearestName(title) ?? ''))) return;
  source.report([...path, 'table'], 'value', {
    code: 'SAMPLE_FOREIGN',
    severity: 'warning',
    message: `no column of ${sample.name} is one of table \`${app.table}\`; the file has ${shown(record)}`,
  });
}

const maxShown = 20;

function shown(titles: readonly string[]): string {
  const some = titles.slice(0, maxShown).map((title) => title.slice(0, 40));
  return some.join(', ') + (titles.length > maxShown ? ', …' : '');
}
