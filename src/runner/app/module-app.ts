import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { programPath } from '../../foundation/programs.ts';
import type { BatchApp, OutputRow, RecordContext } from '../../sdk/index.ts';
import type { InputChunk } from '../chunks.ts';
import { appLoadFailed } from '../faults.ts';
import type { NamedFile } from './input-records.ts';
import { inputRow, isChanged, rowId } from './input-records.ts';
import type { ChunkResult, RowCollector } from './row-collector.ts';
import { thrownText, thrownWithPlace } from './thrown.ts';

/** The record at hand; one object for all records, so that a row costs no allocation but itself. */
class CurrentRecord implements RecordContext {
  file = '';
  record = 0;
  rowIdPrefix = '';

  get rowId(): string {
    return rowId(this.rowIdPrefix, this.record);
  }
}

type Returned = OutputRow | readonly OutputRow[] | null | undefined;

/** A tenant's module, run record by record. */
export class ModuleApp {
  /** Whether any record came back different from what went in. */
  changed = false;
  readonly #app: BatchApp<Record<string, unknown>>;
  readonly #files: NamedFile[];
  readonly #collector: RowCollector;
  readonly #context = new CurrentRecord();

  private constructor(app: BatchApp<Record<string, unknown>>, files: NamedFile[], collector: RowCollector) {
    this.#app = app;
    this.#files = files;
    this.#collector = collector;
  }

  /** @throws PlatformError APP_LOAD_FAILED */
  static async load(entry: string, files: NamedFile[], collector: RowCollector): Promise<ModuleApp> {
    register(pathToFileURL(programPath('module-hooks')), { data: { sdk: pathToFileURL(programPath('sdk')).href } });
    let app: Partial<BatchApp<Record<string, unknown>>> | null | undefined;
    try {
      app = ((await import(pathToFileURL(entry).href)) as { default?: typeof app }).default;
    } catch (error) {
      throw appLoadFailed(entry, thrownWithPlace(error));
    }
    if (app === undefined) throw appLoadFailed(entry, 'it has no default export');
    if (typeof app?.wrangle !== 'function') throw appLoadFailed(entry, 'its default export has no function wrangle');
    return new ModuleApp(app as BatchApp<Record<string, unknown>>, files, collector);
  }

  /** @param answered is told of each record */
  async wrangle(chunk: InputChunk, answered: () => void): Promise<ChunkResult> {
    const result = this.#collector.begin(chunk);
    const file = this.#files[chunk.file];
    this.#context.file = file?.name ?? '';
    this.#context.rowIdPrefix = file?.rowIdPrefix ?? '';
    const count = chunk.numbers.length;
    for (let i = 0; i < count; i++) {
      const row = inputRow(chunk, i);
      this.#context.record = chunk.numbers[i] as number;
      try {
        let returned = this.#app.wrangle(row, this.#context);
        // Only an app that answers with promises pays for them.
        if (isPromise(returned)) returned = await returned;
        if (!this.changed) this.changed = isChanged(returned, chunk, i);
        result.add(returned);
      } catch (error) {
        result.reject('APP_REJECTED', thrownText(error));
      }
      answered();
    }
    return result;
  }
}

function isPromise(value: Returned | Promise<Returned>): value is Promise<Returned> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
