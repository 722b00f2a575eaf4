import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rejectsPath } from '../../../../src/batch/quarantine-places.ts';
import type { PlatformSession } from '../../../../src/extension/platforms/platform-session.ts';
import { excerptOf } from '../../../../src/extension/quarantine/excerpt.ts';
import { readRejects, type Reject } from '../../../../src/extension/quarantine/rejects.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { until } from '../../../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import type { QuarantinedRecord } from '../../../../src/runner/quarantine-file.ts';
import { openEditor } from '../editor/editor.ts';
import type * as Editor from '../editor/vscode.ts';

/** More than goes to the extension host as a whole. Bytes. */
const large = 1024 * 1024 + 1;

describe('rejected records in the editor', () => {
  let folder: PlatformFolder;
  /** Of rejected records of `a.csv`. */
  let path: string;
  let source: string;

  beforeEach(async () => {
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-rejects-')));
    path = join(folder.quarantine('north'), 'run-1', 'a.csv.rejected.ndjson');
    source = join(folder.archive('north'), 'run-1', 'a.csv');
    for (const file of [path, source]) await mkdir(dirname(file), { recursive: true });
  });
  afterEach(() => rm(folder.root, { recursive: true, force: true }));

  /** A line of the file: the record in line `line` of the source. */
  function rejected(line: number, raw = 'x'): string {
    const about = { file: 'a.csv', line, record: line, column: null, character: null };
    return `${JSON.stringify({ ...about, code: 'BAD', reason: 'bad', raw } satisfies QuarantinedRecord)}\n`;
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

  describe('as they are read', () => {
    it('are the first so many, and the file is closed behind them', async () => {
      await writeFile(
        path,
        numbers(50_000)
          .map((line) => rejected(line))
          .join(''),
      );
      const rejects = await readRejects(path, 1000);
      assert.deepEqual([rejects.length, rejects.at(-1)?.line], [1000, 1000]);
      if (process.platform === 'linux') await until(5_000, 'the file to be closed', async () => !(await isOpen(path)));
    });

    it('have their line in the file, whatever stands between them', async () => {
      await writeFile(path, `${rejected(3, 'a\u2028b')}\n{"line":\n{"code":"BAD"}\n${rejected(7)}`);
      const rejects = await readRejects(path, 1000);
      assert.deepEqual(
        rejects.map(({ index, line }) => [index, line]),
        [
          [0, 3],
          [4, 7],
        ],
      );
    });
  });

  it('are listed however long they are', async () => {
    const long = 'x'.repeat(1_500_000);
    await writeFile(
      path,
      rejected(3, `${long},"raw":1`) +
        rejected(7) +
        rejected(9).replace('"raw"', '"rawBase64"').replace('"x"', `"${long}"`),
    );
    const rejects = await readRejects(path, 1000);
    assert.deepEqual(
      rejects.map(({ index, line }) => [index, line]),
      [
        [0, 3],
        [1, 7],
        [2, 9],
      ],
    );
  });

  describe('an excerpt of a file', () => {
    it('has the lines around one, also of a compressed file', async () => {
      const text = numbers(100_000)
        .map((n) => `${n}\r\n`)
        .join('');
      await writeFile(source, gzipSync(text));
      const excerpt = await excerptOf(source, 99_997, { gzip: true, lines: 2 });
      assert.deepEqual(excerpt, { first: 99_995, last: 99_999, lines: numbers(100_000).slice(-5).map(String) });
      const first = await excerptOf(source, 0, { gzip: true, lines: 2 });
      assert.deepEqual(first, { first: 0, last: 2, lines: ['1', '2', '3'] });
    });
  });

  describe('side by side with their source', () => {
    let editor: typeof Editor;
    let warnings: string[];

    before(() => openEditor());
    beforeEach(async () => {
      editor = await import('../editor/vscode.ts');
      editor.shown.documents.clear();
      editor.shown.selected.clear();
      warnings = [];
    });

    /** Walks to a record, and waits until it and its source are shown. */
    async function walkTo(index: number): Promise<void> {
      const { showRejects } = await import('../../../../src/extension/quarantine/show-rejects.ts');
      const { ReadOnlyDocuments } = await import('../../../../src/extension/documents/read-only-documents.ts');
      const documents = new ReadOnlyDocuments();
      const log = { warn: (line: string) => warnings.push(line) };
      await showRejects({ documents, log } as unknown as Services, { folder } as unknown as PlatformSession, path);
      const picker = editor.shown.picks.at(-1) as Editor.QuickPick<{ reject: Reject }>;
      picker.active.fire([picker.items[index]!]);
      await until(10_000, 'both sides', () => warnings.length > 0 || editor.shown.documents.size === 2);
      assert.deepEqual(warnings, []);
    }
    const texts = () => [...editor.shown.documents.values()];

    it('are shown in their files', async () => {
      await writeFile(
        path,
        numbers(3)
          .map((line) => rejected(line * 2))
          .join(''),
      );
      await writeFile(
        source,
        numbers(9)
          .map((n) => `${n}\n`)
          .join(''),
      );
      await walkTo(2);
      assert.deepEqual(
        [...editor.shown.selected],
        [
          [pathToFileURL(path).href, rejected(6).trimEnd()],
          [pathToFileURL(source).href, '6'],
        ],
      );
    });

    it('are shown beside a source that failed, which lies in quarantine itself', async () => {
      await writeFile(path, rejected(2));
      const failed = join(folder.quarantine('north'), 'run-1', 'files', 'a.csv');
      await mkdir(dirname(failed), { recursive: true });
      await writeFile(failed, '1\n2\n3\n');
      await walkTo(0);
      assert.deepEqual([...editor.shown.selected][1], [pathToFileURL(failed).href, '2']);
    });

    it('are shown beside a source whose name their own file had no room for', async () => {
      const name = `${'n'.repeat(250)}.csv`;
      path = rejectsPath(dirname(path), name);
      await writeFile(path, rejected(2).replace('a.csv', name));
      await writeFile(join(dirname(source), name), '1\n2\n3\n');
      await walkTo(0);
      assert.equal([...editor.shown.selected][1]?.[1], '2');
    });

    it('are said to be the first of how many there are', async () => {
      await writeFile(
        path,
        numbers(2500)
          .map((line) => rejected(line))
          .join(''),
      );
      await writeFile(source, '');
      await walkTo(0);
      assert.equal((editor.shown.picks.at(-1) as { title?: string }).title, 'Rejected records (first 1,000 of 2,500)');
    });

    it('are shown without the rest of large files', async () => {
      await writeFile(path, rejected(1) + rejected(7));
      await writeFile(
        source,
        numbers(9)
          .map((n) => `${n}\n`)
          .join(''),
      );
      for (const file of [path, source]) await truncate(file, large);
      await walkTo(1);
      const [record, lines] = texts();
      assert.equal((JSON.parse(record ?? '') as QuarantinedRecord).line, 7);
      assert.deepEqual(lines?.split('\n').slice(0, 3), ['2', '3', '4']);
      assert.deepEqual([...editor.shown.selected.values()], ['7']);
    });

    it('have their source beside them also when that is compressed', async () => {
      await writeFile(path, rejected(20));
      await writeFile(
        source,
        gzipSync(
          numbers(90)
            .map((n) => `${n}\n`)
            .join(''),
        ),
      );
      await walkTo(0);
      assert.match([...editor.shown.documents.keys()][1] ?? '', /\/lines 15–25\/a\.csv$/);
      assert.equal([...editor.shown.selected.values()][1], '20');
    });
  });
});

/** Whether this process has the file open. */
async function isOpen(path: string): Promise<boolean> {
  const open = await readdir('/proc/self/fd');
  const paths = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.includes(path);
}
