import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readLogEntry } from '../../../../src/extension/panel/log-entry.ts';
import { LogFeed } from '../../../../src/extension/panel/log-feed.ts';
import { bounds, type LogLine } from '../../../../src/extension/panel/panel-protocol.ts';
import { until } from '../../../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import { exampleRecord } from '../../cli/examples.ts';
import { ExampleSource, exampleRunRecord } from './example-source.ts';

describe('a line of a log in the panel', () => {
  const stored = (fields: Record<string, unknown>) =>
    JSON.stringify({ time: '2024-05-01T13:07:42.000Z', level: 'warn', ...fields });

  it('has time, level, tenant and what happened', () => {
    const { line } = readLogEntry(stored({ type: 'file', ...exampleRecord({ outcome: 'partial' }) }), 'north');
    assert.deepEqual([line.time, line.level, line.tenant], [Date.parse('2024-05-01T13:07:42Z'), 'warn', 'north']);
    assert.match(line.text, /^partial\s+north\/reviews {2}one\.tsv {2}1,000 read/);
  });

  it('is of the tenant that it names, in the platform’s log', () => {
    const { line } = readLogEntry(stored({ type: 'tenant-registered', tenant: 'south' }), null);
    assert.deepEqual([line.tenant, line.text], ['south', 'tenant-registered  tenant=south']);
  });

  it('is shown as it is when it is not understood, and never longer than a message takes', () => {
    assert.equal(readLogEntry('not JSON', null).line.text, 'not JSON');
    const { line } = readLogEntry(stored({ type: 'app', app: 'a', stream: 'stdout', text: 'x'.repeat(9000) }), 'north');
    assert.equal(line.text.length, bounds.logText);
  });
});

describe('the feed of the log', () => {
  let source: ExampleSource;
  let feed: LogFeed;
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mysimbdp-log-feed-'));
    source = new ExampleSource();
    source.folder = new PlatformFolder(root);
    feed = new LogFeed();
  });
  afterEach(async () => {
    feed.dispose();
    await rm(root, { recursive: true, force: true });
  });

  async function write(tenant: string | null, ...entries: Record<string, unknown>[]): Promise<void> {
    const path = tenant === null ? source.folder.platformLog : source.folder.batchAppLog(tenant);
    await mkdir(dirname(path), { recursive: true });
    const head = { time: new Date().toISOString(), level: 'info', type: 'note' };
    await appendFile(path, entries.map((entry) => `${JSON.stringify({ ...head, ...entry })}\n`).join(''));
  }

  /** What the panel has after it has taken deltas until `enough`. */
  async function taken(enough: (lines: LogLine[], leftOut: number) => boolean): Promise<LogLine[]> {
    let lines: LogLine[] = [];
    let leftOut = 0;
    await until(10_000, 'the lines', () => {
      const delta = feed.delta();
      if (delta) {
        lines = delta.reset ? delta.lines : [...lines, ...delta.lines];
        leftOut += delta.leftOut;
      }
      return enough(lines, leftOut);
    });
    return lines;
  }

  it('gives what was there in the order of its time, then what comes, of platform and tenants', async () => {
    await write(null, { time: '2024-01-01T00:00:02Z', text: 'second' });
    await write('north', { time: '2024-01-01T00:00:01Z', text: 'first' });
    feed.observe(source);
    const old = await taken((lines) => lines.length === 2);
    assert.deepEqual(
      old.map(({ text, tenant }) => [text, tenant]),
      [
        ['note  text=first', 'north'],
        ['note  text=second', null],
      ],
    );
    await write('north', { text: 'third' });
    const [line] = await taken((lines) => lines.length === 1);
    assert.equal(line?.text, 'note  text=third');
  });

  it('tells the end of a run once, though it is in two logs', async () => {
    const run = { type: 'run', ...exampleRunRecord() };
    feed.observe(source);
    await write(null, run);
    await write('north', run, { text: 'last' });
    const lines = await taken((all) => all.some(({ text }) => text.includes('last')) && all.length >= 2);
    assert.equal(lines.filter(({ text }) => text.startsWith('run 4')).length, 1);
  });

  it('sends only what passes the filter, and everything anew when that changes', async () => {
    feed.observe(source);
    await write('north', { level: 'debug', text: 'fine' }, { level: 'warn', text: 'grave' });
    const first = await taken((lines) => lines.length > 0);
    assert.deepEqual(
      first.map(({ level }) => level),
      ['warn'],
    );
    feed.setFilter({ level: 'debug', tenant: 'north' });
    const delta = feed.delta();
    assert.deepEqual([delta?.reset, delta?.lines.length], [true, 2]);
  });

  it('leaves out, and counts, what comes faster than a message takes', async () => {
    feed.observe(source);
    const many = bounds.logBatch * 10;
    await write('north', { text: 'there' });
    await taken((lines) => lines.length === 1);
    const later = new Date(Date.now() + 60_000).toISOString();
    await write('north', ...Array.from({ length: many }, (_, n) => ({ time: later, text: n.toString() })));
    let leftOut = 0;
    const lines = await taken((all, left) => {
      leftOut = left;
      return all.length + left === many;
    });
    assert.ok(lines.at(-1)?.text.endsWith(`text=${many - 1}`));
    assert.ok(leftOut > 0);
  });

  it('follows the tenant of the filter though it is idle', async () => {
    source.change({ runs: [] });
    await write('idle_one', { text: 'long ago', time: '2024-01-01T00:00:00Z' });
    feed.setFilter({ level: 'info', tenant: 'idle_one' });
    feed.observe(source);
    const lines = await taken((all) => all.length === 1);
    assert.equal(lines[0]?.tenant, 'idle_one');
  });
});
