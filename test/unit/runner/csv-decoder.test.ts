import assert from 'node:assert/strict';
import { CsvDecoder } from '../../../src/runner/decode/csv-decoder.ts';
import { CsvParsing } from '../../../src/runner/decode/csv-parsing.ts';
import type { Decoded } from '../../../src/runner/decode/decoder.ts';
import { withoutLineEnd } from '../../../src/runner/decode/decoder.ts';
import type { CsvFormat } from '../../../src/protocol/formats.ts';

const csv: CsvFormat = {
  type: 'csv',
  delimiter: ',',
  quote: '"',
  escape: '"',
  header: true,
  columns: null,
  nulls: [''],
  trim: false,
  encoding: 'utf-8',
  compression: 'none',
};

interface Outcome {
  records: (string | null)[][];
  numbers: number[];
  lines: number[];
  raws: string[];
  rejects: { code: string; line: number; number: number; raw: string; character: number | null }[];
  lineCount: number;
  bytes: number;
}

/** Decodes as the reader does: pieces of any size, what is left over goes into the next buffer. */
function decode(
  content: string | Buffer,
  options: Partial<CsvFormat> & { piece?: number; maxRecordBytes?: number } = {},
): Outcome {
  const { piece = 1 << 20, maxRecordBytes = 1 << 20, ...format } = options;
  const decoder = new CsvDecoder({
    format: { ...csv, ...format },
    maxRecordBytes,
    position: { bytes: 0, lines: 0, records: 0 },
    columns: null,
    header: { required: null, table: 't', tableColumns: ['a', 'b', 'c'] },
  });
  const bytes = Buffer.from(content);
  const outcome: Outcome = { records: [], numbers: [], lines: [], raws: [], rejects: [], lineCount: 0, bytes: 0 };
  let carry: Buffer = Buffer.alloc(0);
  const take = (decoded: Decoded) => {
    outcome.records.push(...decoded.texts);
    outcome.numbers.push(...decoded.numbers);
    outcome.lines.push(...decoded.lines);
    outcome.raws.push(
      ...decoded.starts.map((start, i) => withoutLineEnd(decoded.buffer, start, decoded.ends[i]!).toString()),
    );
    outcome.rejects.push(
      ...decoded.rejects.map(({ code, line, number, raw, character }) => ({
        code,
        line,
        number,
        raw: raw.toString(),
        character,
      })),
    );
    outcome.lineCount = decoded.position.lines;
    outcome.bytes = decoded.position.bytes;
  };
  for (let at = 0; at < bytes.length; at += piece) {
    const buffer = Buffer.concat([carry, bytes.subarray(at, at + piece)]);
    const decoded = decoder.decode(buffer, false);
    carry = buffer.subarray(decoded.consumed);
    take(decoded);
  }
  take(decoder.decode(carry, true));
  decoder.finish();
  return outcome;
}

describe('a CSV file that is cut off between CR and LF', () => {
  for (const piece of [1 << 20, 1, 5]) {
    it(`has no CR in its last value, read ${piece} bytes at a time`, () => {
      const { records, bytes, rejects } = decode('a,b\r\n1,x\r\n2,y\r', { piece });
      const expected = [
        ['1', 'x'],
        ['2', 'y'],
      ];
      assert.deepEqual([records, bytes, rejects], [expected, 14, []]);
      const quoted = decode('a,b\r\n1,"x"\r\n2,"y"\r', { piece });
      assert.deepEqual([quoted.records, quoted.bytes, quoted.rejects], [expected, 18, []]);
      // Where lines end with LF alone it is part of the value.
      assert.deepEqual(decode('a,b\n1,x\n2,y\r', { piece }).records.at(-1), ['2', 'y\r']);
    });
  }
});

describe('CSV decoding', () => {
  it('reads records with their numbers, lines and original text', () => {
    const outcome = decode('a,b\n1,x\n2,"y,z"\n');
    assert.deepEqual(outcome.records, [
      ['1', 'x'],
      ['2', 'y,z'],
    ]);
    assert.deepEqual(outcome.numbers, [1, 2]);
    assert.deepEqual(outcome.lines, [2, 3]);
    assert.deepEqual(outcome.raws, ['1,x', '2,"y,z"']);
  });

  it('gives the same whatever the size of the pieces in which bytes arrive', () => {
    const content = 'a,b,c\n1,"two\nlines",é\n2,"open\n3,ok,☃\n4,"a ""b""",\n\n5,x\n6,last,"end"';
    const whole = decode(content, { maxRecordBytes: 40 });
    for (const piece of [1, 2, 3, 7, 16, 33]) {
      assert.deepEqual(decode(content, { piece, maxRecordBytes: 40 }), whole, `pieces of ${piece} bytes`);
    }
    assert.equal(whole.bytes, Buffer.byteLength(content));
  });

  it('takes CRLF, and a last line without a line end', () => {
    const outcome = decode('a,b\r\n1,x\r\n2,y');
    assert.deepEqual(outcome.records, [
      ['1', 'x'],
      ['2', 'y'],
    ]);
    assert.equal(outcome.raws[0], '1,x');
  });

  it('keeps line numbers right behind quoted fields that span lines', () => {
    const outcome = decode('a,b\n1,"x\ny\nz"\n2,ok\n3\n');
    assert.deepEqual(outcome.lines, [2, 5]);
    assert.deepEqual(outcome.rejects, [{ code: 'WRONG_COLUMN_COUNT', line: 6, number: 3, raw: '3', character: null }]);
  });

  it('turns the null spellings into null and nothing else', () => {
    const outcome = decode('a,b,c\n,NA,"NA "\n', { nulls: ['', 'NA'] });
    assert.deepEqual(outcome.records, [[null, null, 'NA ']]);
  });

  it('skips blank lines without counting them as records', () => {
    const outcome = decode('a,b\n\n1,x\n\n\n2,y\n\n');
    assert.deepEqual(outcome.numbers, [1, 2]);
    assert.deepEqual(outcome.lines, [3, 6]);
    assert.deepEqual(outcome.rejects, []);
  });

  it('rejects only the line whose quote is never closed, and reads on behind it', () => {
    const outcome = decode('a,b\n1,x\n2,"open\n3,y\n4,z\n');
    assert.deepEqual(
      outcome.records.map((record) => record[0]),
      ['1', '3', '4'],
    );
    assert.deepEqual(
      outcome.rejects.map(({ code, line, number, raw }) => ({ code, line, number, raw })),
      [{ code: 'QUOTE_NOT_CLOSED', line: 3, number: 2, raw: '2,"open' }],
    );
  });

  it('gives up on an open quote once a record would be too long, not only at the end of the file', () => {
    const tail = Array.from({ length: 100 }, (_, i) => `${i},row`).join('\n');
    const outcome = decode(`a,b\n0,"open\n${tail}\n`, { piece: 64, maxRecordBytes: 200 });
    assert.equal(outcome.records.length, 100);
    assert.deepEqual(
      outcome.rejects.map((reject) => reject.code),
      ['QUOTE_NOT_CLOSED'],
    );
  });

  it('rejects the opening line when a stray quote swallows lines up to the next quote', () => {
    const outcome = decode('a,b\n1,"open\n2,y\n3,"z"\n4,w\n');
    assert.deepEqual(
      outcome.rejects.map(({ line, raw }) => [line, raw]),
      [[2, '1,"open']],
    );
    assert.deepEqual(
      outcome.records.map((record) => record[0]),
      ['2', '3', '4'],
    );
  });

  it('costs little more for lines that go astray, however many there are', () => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
    const { parseWithPositions } = CsvParsing.prototype;
    let parsed = 0;
    CsvParsing.prototype.parseWithPositions = function (bytes, from, to) {
      parsed += to - from;
      return parseWithPositions.call(this, bytes, from, to);
    };
    try {
      const good = `1,"${'long '.repeat(10_000)}",z\n`;
      for (const astray of ['x,"\n', 'x,"y"z\n']) {
        parsed = 0;
        const content = `a,b,c\n${good}${astray.repeat(5000)}${good}2,"over\nlines",z\n`;
        const { records, rejects } = decode(content);
        assert.equal(records.length + rejects.length, 5003);
        assert.equal(records.filter(([a]) => a === '1').length, 2);
        assert.deepEqual(records.at(-1), ['2', 'over\nlines', 'z']);
        assert.ok(parsed < 200 * content.length, `${parsed} bytes were parsed of ${content.length}`);
      }
    } finally {
      CsvParsing.prototype.parseWithPositions = parseWithPositions;
    }
  });

  it('refuses a file whose lines end with CR alone', () => {
    assert.throws(() => decode('a,b\r1,x\r2,y\r'), { code: 'LINE_ENDS_UNKNOWN' });
    assert.deepEqual(decode('a,b\r\r\n1,x\n').records, [['1', 'x']]);
  });

  it('says that the file was cut off when its last record ends early', () => {
    const outcome = decode('a,b,c\n1,2,3\n4,5');
    assert.deepEqual(
      outcome.rejects.map((reject) => reject.code),
      ['RECORD_CUT_OFF'],
    );
  });

  it('finds bytes that are not UTF-8 before decoding and keeps the other records whole', () => {
    const bad = Buffer.concat([Buffer.from('a,b\n1,é\n2,x'), Buffer.from([0xff, 0xfe]), Buffer.from('\n3,ü\n')]);
    const outcome = decode(bad);
    assert.deepEqual(outcome.records, [
      ['1', 'é'],
      ['3', 'ü'],
    ]);
    assert.deepEqual(
      outcome.rejects.map(({ code, line, character }) => ({ code, line, character })),
      [{ code: 'INVALID_ENCODING', line: 3, character: 4 }],
    );
  });

  it('bounds memory for a line that is longer than a record may be', () => {
    const outcome = decode(`a,b\n1,${'x'.repeat(5000)}\n2,y\n`, { piece: 100, maxRecordBytes: 1000 });
    assert.deepEqual(outcome.records, [['2', 'y']]);
    assert.deepEqual(
      outcome.rejects.map(({ code, line, number }) => ({ code, line, number })),
      [{ code: 'RECORD_TOO_LONG', line: 2, number: 1 }],
    );
    assert.ok(outcome.rejects[0]!.raw.length <= 4096);
  });

  it('reads tab-separated lines with quotes as plain characters', () => {
    const outcome = decode('a\tb\n1\t5" screen\n2\t"x\n', { delimiter: '\t', quote: null, escape: null });
    assert.deepEqual(outcome.records, [
      ['1', '5" screen'],
      ['2', '"x'],
    ]);
  });

  it('refuses a header that names a column twice, or shares no name with the table', () => {
    assert.throws(() => decode('a,a\n1,2\n'), { code: 'HEADER_DUPLICATE' });
    assert.throws(() => decode('x;y\n1;2\n'), { code: 'HEADER_MISMATCH' });
  });
});
