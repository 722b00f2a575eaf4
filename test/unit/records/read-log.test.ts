import assert from 'node:assert/strict';
import { appendFile, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { until } from '../../../src/foundation/deadlines.ts';
import { followLog, tailLog } from '../../../src/records/read-log.ts';
import { rotate } from '../../../src/records/rotation.ts';
import { temporaryFolder } from './samples.ts';

describe('reading logs', () => {
  const folder = temporaryFolder();
  const path = () => folder.path('platform.log');
  beforeEach(() => mkdir(dirname(path()), { recursive: true }));

  describe('tail', () => {
    it('gives the newest lines, oldest first', async () => {
      await writeFile(path(), 'a\nb\n\nc\n');
      assert.deepEqual(await tailLog(path(), { lines: 2 }), ['b', 'c']);
      assert.deepEqual(await tailLog(path(), { lines: 10 }), ['a', 'b', 'c']);
      assert.deepEqual(await tailLog(path(), { lines: 0 }), []);
    });

    it('gives nothing where no log is', async () => {
      assert.deepEqual(await tailLog(path(), { lines: 5 }), []);
      assert.deepEqual(await tailLog(folder.path('no/such/folder.log'), { lines: 5 }), []);
      await writeFile(path(), '');
      assert.deepEqual(await tailLog(path(), { lines: 5 }), []);
    });

    it('goes on in the rotated files, in the order of their numbers', async () => {
      for (let n = 11; n >= 1; n--) await writeFile(`${path()}.${n}`, `${n}a\n${n}b\n`);
      await writeFile(path(), 'now\n');
      await writeFile(`${path()}.old`, 'not one of them\n');
      assert.deepEqual(await tailLog(path(), { lines: 4 }), ['2b', '1a', '1b', 'now']);
      const all = await tailLog(path(), { lines: 100 });
      assert.deepEqual([all.length, all[0], all[2]], [23, '11a', '10a']);
      await rm(path());
      assert.deepEqual(await tailLog(path(), { lines: 1 }), ['1b'], 'between a rotation and the next line');
    });

    it('finds lines whole wherever blocks of the file begin', async () => {
      const lines = Array.from({ length: 5000 }, (_, n) => `${n} ${'äß€😀'.repeat(n % 23)}`);
      await writeFile(path(), `${lines.join('\n')}\n`);
      assert.deepEqual(await tailLog(path(), { lines: 5000 }), lines);
      assert.deepEqual(await tailLog(path(), { lines: 1234 }), lines.slice(-1234));
    });

    it('leaves out a line that is still being written', async () => {
      await writeFile(path(), 'a\nb\n{"half');
      assert.deepEqual(await tailLog(path(), { lines: 5 }), ['a', 'b']);
    });

    it('bounds what it holds', async () => {
      const line = 'x'.repeat(1_000_000);
      await writeFile(path(), `${line}\n`.repeat(20));
      await appendFile(path(), `${'y'.repeat(3_000_000)}\nend\n`);
      const tail = await tailLog(path(), { lines: 1000 });
      assert.equal(tail.at(-1), 'end');
      assert.equal(tail.at(-2)?.length, 1024 * 1024);
      assert.ok(tail.length > 10 && tail.length < 19, `${tail.length} lines`);
    });
  });

  describe('follow', () => {
    /** Follows the log during `work`, which sees the lines so far. */
    async function following(work: (lines: string[]) => Promise<void>, lines = 0): Promise<string[]> {
      const seen: string[] = [];
      const stop = new AbortController();
      const followed = followLog(path(), (line) => seen.push(line), stop.signal, { lines, everyMs: 5 });
      try {
        await work(seen);
      } finally {
        stop.abort();
        await followed;
      }
      return seen;
    }
    const has = (seen: string[], line: string) =>
      until(10_000, `line ${line}`, () => seen.includes(line), undefined, 2);

    it('gives the last lines and then each new one, once', async () => {
      await writeFile(path(), 'a\nb\nc\n');
      const seen = await following(async (lines) => {
        await has(lines, 'c');
        await appendFile(path(), 'd\n');
        await has(lines, 'd');
        await appendFile(path(), 'e\nf\n');
        await has(lines, 'f');
      }, 2);
      assert.deepEqual(seen, ['b', 'c', 'd', 'e', 'f']);
    });

    it('gives a line when it is whole', async () => {
      await writeFile(path(), 'a\n{"ha');
      const seen = await following(async (lines) => {
        await has(lines, 'a');
        await appendFile(path(), 'lf"}');
        await appendFile(path(), '\nend\n');
        await has(lines, 'end');
      }, 1);
      assert.deepEqual(seen, ['a', '{"half"}', 'end']);
    });

    it('waits for a log that is not there yet', async () => {
      const seen = await following(async (lines) => {
        await appendFile(path(), 'first\n');
        await has(lines, 'first');
      }, 5);
      assert.deepEqual(seen, ['first']);
    });

    it('misses no line and gives none twice across rotations', async () => {
      await writeFile(path(), 'start\n');
      const expected = ['start', ...Array.from({ length: 300 }, (_, n) => String(n))];
      const seen = await following(async (lines) => {
        await has(lines, 'start');
        for (let n = 0; n < 300; n++) {
          await appendFile(path(), `${n}\n`);
          if (n % 3 === 0) await rotate(path(), 200);
        }
        await has(lines, '299');
      }, 1);
      assert.deepEqual(seen, expected);
    });

    it('goes on with what is left when its file was rotated away', async () => {
      await writeFile(path(), 'a\n');
      const seen = await following(async (lines) => {
        await has(lines, 'a');
        // All at once, in between two looks or not: whatever is given is in order and ends with the newest.
        for (const line of ['b', 'c', 'd', 'e']) {
          await rotate(path(), 2);
          await appendFile(path(), `${line}\n`);
        }
        await has(lines, 'e');
      }, 1);
      assert.deepEqual(seen, [...new Set(seen)].sort());
    });

    it('goes on after the log was deleted, moved away or emptied', async () => {
      await writeFile(`${path()}.1`, 'old\n');
      await utimes(`${path()}.1`, 1, 1);
      await writeFile(path(), 'a\n');
      const seen = await following(async (lines) => {
        await has(lines, 'a');
        await rm(path());
        await appendFile(path(), 'b\n');
        await has(lines, 'b');
        await rename(path(), folder.path('elsewhere'));
        await appendFile(path(), 'c\n');
        await has(lines, 'c');
        await writeFile(path(), '');
        await until(10_000, 'the look at the empty file', async () => {
          await appendFile(path(), 'd\n');
          return lines.includes('d');
        });
      }, 1);
      assert.deepEqual([...new Set(seen)], ['a', 'b', 'c', 'd']);
    });

    it('ends at once when it is aborted', async () => {
      const noLine = (line: string) => {
        throw new Error(`no line was written, and this was given: ${line}`);
      };
      await followLog(path(), noLine, AbortSignal.abort());
      const stop = new AbortController();
      const followed = followLog(path(), noLine, stop.signal, { everyMs: 3_600_000 });
      stop.abort();
      await followed;
    });
  });
});
