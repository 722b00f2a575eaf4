import assert from 'node:assert/strict';
import { SeededRandom } from '../../../src/cli/demo/random.ts';
import { CsvParsing } from '../../../src/runner/decode/csv-parsing.ts';
import { plainLines } from '../../../src/runner/decode/plain-lines.ts';
import type { CsvFormat } from '../../../src/protocol/formats.ts';

const parts = [
  'a',
  ' ',
  ',',
  ';',
  '\t',
  '\n',
  '\n',
  '\r\n',
  '\r',
  '\\',
  '\0',
  'ä',
  '日本',
  '😀',
  'a longer stretch of text',
  '\ufeff',
];

function formatOf(delimiter: string, quote: string | null, escape: string | null): CsvFormat {
  const rest = { header: true, columns: null, trim: false, encoding: 'utf-8', compression: 'none' } as const;
  return { type: 'csv', delimiter, quote, escape, nulls: [], ...rest };
}

describe('lines without quotes', () => {
  for (const [delimiter, quote, escape] of [
    [',', '"', '"'],
    ['\t', null, null],
    [';', "'", '\\'],
    ['\\', null, '\\'],
  ] as const) {
    it(`are what csv-parse makes of them, cut at ${JSON.stringify(delimiter)}, quote ${String(quote)}, escape ${String(escape)}`, () => {
      const random = new SeededRandom(7);
      const parsing = new CsvParsing(formatOf(delimiter, quote, escape));
      for (let round = 0; round < 3000; round++) {
        const text = Array.from({ length: random.below(40) }, () => parts[random.below(parts.length)]).join('');
        const bytes = Buffer.from(text);
        // Now and then something that is no UTF-8.
        if (round % 3 === 0 && bytes.length > 0) bytes[random.below(bytes.length)] = 0xff;
        const { fields, starts, ends } = parsing.parseWithPositions(bytes, 0, bytes.length);
        const found = plainLines(bytes, delimiter);
        assert.deepEqual([found.fields, found.starts, found.ends], [fields, starts, ends], JSON.stringify(text));
      }
    });
  }

  it('are not looked for where a quote may hold a line end, or white space is cut off', () => {
    const bytes = Buffer.from('"a\nb",c\n');
    assert.deepEqual(new CsvParsing(formatOf(',', '"', '"')).parseLines(bytes), null);
    const trimmed = new CsvParsing({ ...formatOf(',', '"', '"'), trim: true }).parseLines(Buffer.from(' a , b \n'));
    assert.deepEqual(trimmed?.fields, [['a', 'b']]);
  });
});
