import assert from 'node:assert/strict';
import { LiveLines } from '../../../src/cli/terminal/live-lines.ts';
import { bar, progressLines } from '../../../src/cli/terminal/progress.ts';
import { table } from '../../../src/cli/terminal/table.ts';
import { pad, printable, truncate, width } from '../../../src/cli/terminal/text.ts';
import { CapturedTerminal } from './captured-terminal.ts';
import { exampleRun } from './examples.ts';

describe('text on a terminal', () => {
  it('cannot drive the terminal or break its line', () => {
    assert.equal(printable('a\u001b[2Jb\r\n\tc\u009b\u202e.tsv'), 'a\\x1b[2Jb\\r\\n\\tc\\x9b\\u202e.tsv');
  });

  it('counts wide characters as two columns and combined ones once', () => {
    assert.deepEqual(['abc', '数据', 'e\u0301', '👩‍👩‍👧'].map(width), [3, 4, 1, 2]);
  });

  it('is cut at whole characters, and says so', () => {
    assert.equal(truncate('abcdef', 6), 'abcdef');
    assert.equal(truncate('abcdef', 4), 'abc…');
    assert.equal(truncate('数据数据', 4), '数…');
    assert.equal(truncate('abc', 0), '');
  });

  it('is filled up on either side', () => {
    assert.deepEqual([pad('数', 4), pad('7', 4, 'right')], ['数  ', '   7']);
  });
});

describe('a table', () => {
  const columns = [
    { title: 'tenant', flexible: true },
    { title: 'rows', align: 'right' as const },
  ];

  it('aligns words to the left and figures to the right, with the sums below a rule', () => {
    const lines = table(
      columns,
      [
        ['north', '1,000'],
        ['a', '7'],
      ],
      { footer: ['platform', '1,007'] },
    );
    assert.deepEqual(lines, [
      'tenant     rows',
      '────────  ─────',
      'north     1,000',
      'a             7',
      '────────  ─────',
      'platform  1,007',
    ]);
  });

  it('cuts what is flexible to fit the terminal, and figures never', () => {
    const lines = table(columns, [['a_tenant_with_a_long_name', '1,000']], { width: 20 });
    assert.deepEqual(lines, ['tenant          rows', '─────────────  ─────', 'a_tenant_wit…  1,000']);
  });

  it('stays one line a row whatever the cells have in them', () => {
    assert.equal(table(columns, [['a\nb', '1']]).length, 3);
  });
});

describe('progress', () => {
  it('shows where, which file, how far, how fast, and how long still', () => {
    assert.deepEqual(progressLines([exampleRun()], 100), [
      'north/reviews  two.tsv  ▕██████░░░░▏  63 %     41,200 rows/s  ETA 0:12',
    ]);
  });

  it('fits the width of the terminal and keeps the figures', () => {
    const [line = ''] = progressLines([exampleRun()], 60);
    assert.ok(width(line) <= 60, line);
    assert.match(line, /…  ▕██████░░░░▏  63 % .* ETA 0:12$/);
  });

  it('keeps the columns of several runs in line', () => {
    const long = { ...exampleRun(), tenant: 'a_longer_name' };
    const [first = '', second = ''] = progressLines([exampleRun(), long], 120);
    assert.equal(first.indexOf('▕'), second.indexOf('▕'));
  });

  it('knows no end of a run that has not reported, and of one that stands still', () => {
    assert.match(progressLines([{ ...exampleRun(), report: null }], 100)[0] ?? '', /starting$/);
    const run = exampleRun();
    const still = { ...run, report: run.report && { ...run.report, bytesPerSecond: 0 } };
    assert.match(progressLines([still], 100)[0] ?? '', /ETA –:––$/);
  });

  it('counts what is done, not what was read ahead, and is not through before the end', () => {
    const run = exampleRun();
    assert.ok(run.report?.file);
    const reported = (bytes: number) => {
      const file = { index: 1, bytesRead: 100_000, size: 100_000, counters: { ...run.report!.file!.counters, bytes } };
      return progressLines([{ ...run, report: { ...run.report!, bytesPerSecond: 5_000, file } }], 100)[0] ?? '';
    };
    assert.match(reported(25_000), / {2}25 % .* ETA 0:15$/);
    assert.match(reported(100_000), / {2}99 % .* ETA 0:00$/);
  });

  it('takes the time that is left of a compressed file from its bytes on disk', () => {
    const run = exampleRun();
    assert.ok(run.report?.file);
    // One byte on disk gives ten decoded ones: 37,000 bytes left are 370,000 decoded at 37,000 a second.
    const counters = { ...run.report.file.counters, bytes: 630_000 };
    const packed = {
      ...run,
      report: { ...run.report, bytesPerSecond: 37_000, file: { ...run.report.file, counters } },
    };
    assert.match(progressLines([packed], 100)[0] ?? '', /ETA 0:10$/);
  });

  it('draws a full bar only when all is done', () => {
    assert.deepEqual([0, 0.999, 1, 7].map(bar), ['▕░░░░░░░░░░▏', '▕█████████░▏', '▕██████████▏', '▕██████████▏']);
  });
});

describe('live lines', () => {
  /** What a screen shows after the output of LiveLines, which only goes up, clears and writes lines. */
  function screenOf(output: string): string[] {
    const lines: string[] = [];
    let at = 0;
    for (const [, up, below, text] of output.matchAll(
      /\u001b\[\?2026[hl]|\r\u001b\[(\d+)A|(\u001b\[J)|([^\u001b\n]*)\u001b\[K\n/g,
    )) {
      if (up !== undefined) at -= Number(up);
      else if (below !== undefined) lines.length = at;
      else if (text !== undefined) lines[at++] = text;
    }
    return lines;
  }

  it('are replaced in place, with other lines staying above them', () => {
    const terminal = new CapturedTerminal();
    const live = new LiveLines(terminal);
    live.draw(['one 10 %', 'two 20 %']);
    live.draw(['two 60 %'], ['one done']);
    assert.deepEqual(screenOf(terminal.out), ['one done', 'two 60 %']);
    live.clear();
    assert.deepEqual(screenOf(terminal.out), ['one done']);
  });

  it('never take more than the screen, and say how many are not shown', () => {
    const terminal = new CapturedTerminal();
    terminal.rows = 5;
    new LiveLines(terminal).draw(['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(screenOf(terminal.out), ['a', 'b', '… and 3 more']);
  });

  it('are cut to the width of the screen, or going back would miss lines', () => {
    const terminal = new CapturedTerminal();
    terminal.columns = 10;
    new LiveLines(terminal).draw(['abcdefghijkl']);
    assert.deepEqual(screenOf(terminal.out), ['abcdefgh…']);
  });
});
