import type { SampleJob, SampleOutcome } from '../../protocol/samples.ts';
import { inputRow, rowIdPrefix } from '../app/input-records.ts';
import { ModuleApp } from '../app/module-app.ts';
import { RowCollector } from '../app/row-collector.ts';
import { commandNotDebugged } from './command-not-debugged.ts';
import { OutcomeOfRecord } from './sample-outcome.ts';
import { isDecoded, sampleRecords } from './sample-records.ts';
import { takeFile } from './taken-file.ts';

/**
 * Calls a module's `wrangle` for the records of a sample in this very thread, where a debugger stops in it, and says on the
 * console what a run would make of each. There is no deadline: somebody may be looking.
 * @throws PlatformError why the file or the app is useless
 */
export async function debugSample(job: SampleJob): Promise<void> {
  const { code, name } = job.app;
  if (code.form !== 'module') throw commandNotDebugged(name);
  const { signal } = new AbortController();
  const file = await takeFile(job.file, signal);
  const tableColumns = job.table.columns.map((column) => column.name);
  const files = [{ name: file.name, rowIdPrefix: rowIdPrefix(file.sha256) }];
  const app = await ModuleApp.load(code.entry, files, new RowCollector(tableColumns));
  const outcomes = new OutcomeOfRecord(job.table);
  for await (const record of sampleRecords(job, file, signal)) {
    if (record === false) break;
    const { content } = record;
    const title = `${file.name}, record ${record.number}, line ${record.line}:`;
    if (!isDecoded(content)) {
      console.log(title, `rejected, ${content.code}: ${content.reason}`);
      continue;
    }
    const result = await app.wrangle(content, () => undefined);
    result.rejectWhatIsNoData();
    console.log(
      title,
      inputRow(content, 0),
      '→',
      ...described(outcomes.of(result.output, result.rejects), tableColumns),
    );
  }
}

function described(outcome: SampleOutcome, columns: readonly string[]): unknown[] {
  switch (outcome.kind) {
    case 'stored':
      return outcome.rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
    case 'rejected':
      return [`rejected, ${outcome.code}${outcome.column === null ? '' : ` in ${outcome.column}`}: ${outcome.reason}`];
    default:
      return [outcome.kind];
  }
}
