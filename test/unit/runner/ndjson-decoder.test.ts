import assert from 'node:assert/strict';
import { NdjsonDecoder } from '../../../src/runner/decode/ndjson-decoder.ts';

function decode(content: string | Buffer, maxRecordBytes = 1 << 20) {
  const decoder = new NdjsonDecoder(
    { type: 'ndjson', nulls: [''], encoding: 'utf-8', compression: 'none' },
    maxRecordBytes,
    { bytes: 0, lines: 0, records: 0 },
  );
  return decoder.decode(Buffer.from(content), true);
}

describe('NDJSON decoding', () => {
  it('reads one object a line, blank lines apart', () => {
    const { objects, lines, numbers } = decode('{"a":1}\n\n{"a":"x"}');
    assert.deepEqual(objects, [{ a: 1 }, { a: 'x' }]);
    assert.deepEqual(
      [lines, numbers],
      [
        [1, 3],
        [1, 2],
      ],
    );
  });

  it('loses no digit of numbers that a double cannot hold', () => {
    const { objects } = decode('{"id":9007199254740993,"price":12.5,"big":123456789012345678901234567890}\n');
    assert.deepEqual({ ...objects[0] }, { id: '9007199254740993', price: 12.5, big: '123456789012345678901234567890' });
  });

  it('tells broken JSON, non-objects, bad encoding and over-long lines apart', () => {
    const content = Buffer.concat([
      Buffer.from('{"a":\n[1]\n'),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from(`{"a":"${'x'.repeat(100)}"}\n{"a":2}\n`),
    ]);
    const { rejects, objects } = decode(content, 50);
    assert.deepEqual(
      rejects.map(({ code, line }) => [code, line]),
      [
        ['INVALID_JSON', 1],
        ['NOT_AN_OBJECT', 2],
        ['INVALID_ENCODING', 3],
        ['RECORD_TOO_LONG', 4],
      ],
    );
    assert.deepEqual(objects, [{ a: 2 }]);
  });
});
