import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { until } from '../../../src/foundation/deadlines.ts';
import { JsonLinesLog, type LogEntry } from '../../../src/records/json-lines-log.ts';
import { temporaryFolder } from './samples.ts';

describe('JSON-lines log', () => {
  const folder = temporaryFolder();
  const path = () => folder.path('logs/platform.log');
  const numbered = (n: number): LogEntry => ({ level: 'info', type: 'test', n });

  it('writes one object a line, with time, level and type first', async () => {
    const log = new JsonLinesLog(path());
    log.write({ level: 'info', type: 'run', text: 'two\nlines', time: Date.parse('2024-05-01T10:00:00.5Z') });
    await log.flush();
    assert.equal(
      await readFile(path(), 'utf8'),
      '{"time":"2024-05-01T10:00:00.500Z","level":"info","type":"run","text":"two\\nlines"}\n',
    );
    await log.dispose();
  });

  it('writes all that was written before dispose, in order, behind what was there', async () => {
    for (const [from, to] of [
      [0, 3000],
      [3000, 3500],
    ] as const) {
      const log = new JsonLinesLog(path());
      for (let n = from; n < to; n++) log.write(numbered(n));
      await log.dispose();
    }
    assert.deepEqual(await numbersIn(path()), range(0, 3500));
  });

  it('writes without being asked to', async () => {
    const log = new JsonLinesLog(path());
    log.write(numbered(1));
    await until(10_000, 'the first line', async () => existsSync(path()) && (await numbersIn(path())).length === 1);
    log.write(numbered(2));
    await until(10_000, 'the second line', async () => (await numbersIn(path())).length === 2);
    await log.dispose();
  });

  it('rotates before a file grows too large, and keeps so many', async () => {
    const log = new JsonLinesLog(path(), { maxBytes: 1000, keep: 3 });
    for (let n = 0; n < 100; n++) {
      log.write(numbered(n));
      await log.flush();
    }
    await log.dispose();
    const names = (await readdir(dirname(path()))).sort();
    assert.deepEqual(names, ['platform.log', 'platform.log.1', 'platform.log.2', 'platform.log.3']);
    const oldestFirst: number[] = [];
    for (const name of ['platform.log.3', 'platform.log.2', 'platform.log.1', 'platform.log']) {
      const file = folder.path(`logs/${name}`);
      assert.ok((await stat(file)).size <= 1000, name);
      oldestFirst.push(...(await numbersIn(file)));
    }
    assert.ok(oldestFirst.length > 30);
    assert.deepEqual(oldestFirst, range(100 - oldestFirst.length, 100), 'the newest lines, none missing, none twice');
  });

  it('begins a line of its own where a crash has left half of one', async () => {
    await mkdir(dirname(path()), { recursive: true });
    await writeFile(path(), '{"time":"2024');
    const log = new JsonLinesLog(path());
    log.write(numbered(1));
    await log.dispose();
    const [half, line] = (await readFile(path(), 'utf8')).split('\n');
    assert.equal(half, '{"time":"2024');
    assert.equal((JSON.parse(line ?? '') as { n: number }).n, 1);
  });

  it('goes on in a new file when someone removed the folder', async () => {
    const log = new JsonLinesLog(path());
    log.write(numbered(1));
    await log.flush();
    await rm(dirname(path()), { recursive: true });
    log.write(numbered(2));
    await log.dispose();
    assert.deepEqual(await numbersIn(path()), [2]);
  });

  it('keeps entries while the file cannot be opened, and writes them when it can', async () => {
    await mkdir(folder.path('.'), { recursive: true });
    await writeFile(folder.path('logs'), 'a file where the folder should be');
    const log = new JsonLinesLog(path(), { retryMs: 20 });
    log.write(numbered(1));
    log.write(numbered(2));
    await until(10_000, 'a second failure', () => log.health.failures >= 2);
    assert.equal(log.health.fault?.code, 'ENOTDIR');
    await rm(folder.path('logs'));
    await until(10_000, 'the recovery', () => log.health.fault === null);
    assert.deepEqual(await numbersIn(path()), [1, 2]);
    assert.equal(log.health.dropped, 0);
    await log.dispose();
  });

  it('survives a full disk, and says how many entries are missing', async function () {
    if (!existsSync('/dev/full')) return this.skip();
    await mkdir(dirname(path()), { recursive: true });
    await symlink('/dev/full', path());
    const log = new JsonLinesLog(path(), { maxQueuedBytes: 1000, retryMs: 60_000 });
    for (let n = 0; n < 100; n++) log.write(numbered(n));
    await log.flush();
    assert.equal(log.health.fault?.code, 'ENOSPC');
    const { dropped } = log.health;
    assert.ok(dropped > 50 && dropped < 100);
    await rm(path());
    await log.flush();
    assert.equal(log.health.fault, null);
    assert.equal((await linesIn(path())).at(-1)?.type, 'log-entries-dropped', 'without waiting for a next entry');
    log.write(numbered(1000));
    await log.dispose();
    const lines = await linesIn(path());
    const kept = 100 - dropped;
    assert.deepEqual(
      lines.map((line) => line.n ?? `${line.type}: ${line.dropped as number}`),
      [...range(0, kept), `log-entries-dropped: ${dropped}`, 1000],
    );
  });

  it('ends within its deadline while the disk refuses', async () => {
    await mkdir(folder.path('.'), { recursive: true });
    await writeFile(folder.path('logs'), '');
    const log = new JsonLinesLog(path());
    log.write(numbered(1));
    await log.dispose();
    assert.ok(log.health.failures > 0);
  });

  it('never throws for what it is given', async () => {
    const log = new JsonLinesLog(path());
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    log.write({ level: 'warn', type: 'circular', circular });
    log.write({ level: 'warn', type: 'time', time: NaN });
    log.write({ level: 'warn', type: 'big', big: 1n });
    await log.dispose();
    log.write(numbered(1));
    const lines = await linesIn(path());
    assert.deepEqual(
      lines.map(({ type, unprintable }) => [type, typeof unprintable]),
      [
        ['circular', 'string'],
        ['time', 'string'],
        ['big', 'string'],
      ],
    );
  });

  it('leaves what others append to the file alone', async () => {
    const log = new JsonLinesLog(path());
    log.write(numbered(1));
    await log.flush();
    await appendFile(path(), '{"n":2}\n');
    log.write(numbered(3));
    await log.dispose();
    assert.deepEqual(await numbersIn(path()), [1, 2, 3]);
  });
});

async function linesIn(path: string): Promise<LogEntry[]> {
  const text = await readFile(path, 'utf8');
  assert.ok(text === '' || text.endsWith('\n'));
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogEntry);
}

async function numbersIn(path: string): Promise<number[]> {
  return (await linesIn(path)).map(({ n }) => n as number);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
