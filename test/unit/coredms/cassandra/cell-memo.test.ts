import assert from 'node:assert/strict';
import { cellEncoder, type CellEncoder } from '../../../../src/coredms/cassandra/cell-encoding.ts';
import { rememberingEncoder } from '../../../../src/coredms/cassandra/cell-memo.ts';
import type { CqlValue } from '../../../../src/coredms/cql-values.ts';
import { typeOf } from '../conversions.ts';

/** A column whose encoder counts how often a value was really encoded. */
class Column {
  encoded = 0;
  readonly encode: CellEncoder;

  constructor(type: string) {
    const encode = cellEncoder(typeOf(type));
    this.encode = rememberingEncoder(typeOf(type), (value) => {
      this.encoded++;
      return encode(value);
    });
  }
}

describe('remembered cells', () => {
  it('are the bytes of the value, whatever came before', () => {
    const plain = cellEncoder(typeOf('text'));
    const { encode } = new Column('text');
    for (let i = 0; i < 200_000; i++) {
      // Few values, then ever new ones, then few again; some with other characters, some long.
      const text = `${i % 7 === 0 ? 'ä' : ''}${i > 50_000 && i < 150_000 ? i : i % 900}${i % 11 === 0 ? 'x'.repeat(70) : ''}`;
      const cell = encode(text);
      if (!cell.equals(plain(text))) assert.fail(`${text}: ${cell.toString('hex')}`);
    }
  });

  it('are encoded once where a column has few values', () => {
    const column = new Column('int');
    for (let i = 0; i < 100_000; i++) column.encode(i % 100);
    assert.equal(column.encoded, 100);
  });

  it('are not looked for where a column never repeats itself, and are again where it does', () => {
    const column = new Column('int');
    let next = 0;
    while (next < 100_000) column.encode(next++);
    assert.equal(column.encoded, next);
    const before = column.encoded;
    for (let i = 0; i < 200_000; i++) column.encode(i % 10);
    assert.ok(column.encoded - before < 80_000, `${column.encoded - before} of 200,000 were encoded`);
  });

  it('do not keep more memory than they have bytes', () => {
    const { encode } = new Column('int');
    encode(1);
    assert.equal(encode(1).buffer.byteLength, 4);
  });

  it('are none of types in which two values look alike', () => {
    for (const [type, values] of [
      ['float', [0, -0]],
      ['double', [0, -0]],
      ['list<int>', [[1]]],
    ] as [string, CqlValue[]][]) {
      const column = new Column(type);
      const plain = cellEncoder(typeOf(type));
      for (const value of [...values, ...values]) assert.deepEqual(column.encode(value), plain(value));
      assert.equal(column.encoded, 2 * values.length, type);
    }
  });
});
