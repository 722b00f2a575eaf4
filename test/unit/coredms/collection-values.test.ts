import assert from 'node:assert/strict';
import { compileConverter, formatCqlValue } from '../../../src/coredms/cql-values.ts';
import { accepts, refuses, typeOf } from './conversions.ts';

describe('collections', () => {
  accepts('list<int>', [
    ['[3, 1, 3]', [3, 1, 3]],
    [
      [1, '2', 3n],
      [1, 2, 3],
    ],
    [new Set([2, 1]), [2, 1]],
    ['[]', null],
    [[], null],
    ['null', null],
    [null, null],
  ]);
  refuses('list<int>', [
    ['[1,', 'INVALID_VALUE', /JSON array/],
    ['', 'INVALID_VALUE', /JSON array/],
    ['{"a":1}', 'WRONG_VALUE_TYPE', /not a list/],
    ['5', 'WRONG_VALUE_TYPE', /not a list/],
    ['[1, "x"]', 'INVALID_VALUE', /element 2: 'x' is not an int/],
    ['[1, null]', 'INVALID_VALUE', /element 2 is null/],
    ['[99999999999]', 'VALUE_OUT_OF_RANGE', /element 1.*int/],
    [new Uint8Array([1]), 'WRONG_VALUE_TYPE', /bytes/],
  ]);
  accepts('frozen<list<int>>', [
    ['[]', []],
    ['[2]', [2]],
  ]);
  accepts('set<int>', [
    ['[3, 1, 3, 10]', [1, 3, 10]],
    [new Set([2, 1]), [1, 2]],
    ['[]', null],
  ]);
  accepts('set<double>', [
    [
      [NaN, 1, -0, 0, NaN, -Infinity],
      [-Infinity, -0, 0, 1, NaN],
    ],
  ]);
  accepts('set<blob>', [
    [
      ['0x02', '0x01', '0x02'],
      [new Uint8Array([1]), new Uint8Array([2])],
    ],
  ]);
  accepts('set<frozen<list<text>>>', [['[["b"],["a","c"],["a"],["b"]]', [['a'], ['a', 'c'], ['b']]]]);
  accepts('map<text, int>', [
    [
      '{"b": 2, "a": 1}',
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
    [new Map([['z', 1]]), [['z', 1]]],
    [
      { b: 2, a: '1' },
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
    [[['k', 5]], [['k', 5]]],
    ['{"__proto__": 1}', [['__proto__', 1]]],
    [{}, null],
  ]);
  refuses('map<text, int>', [
    ['{"a": "x"}', 'INVALID_VALUE', /the value of key 'a': 'x' is not an int/],
    ['{"a": null}', 'INVALID_VALUE', /null/],
    ['[1]', 'WRONG_VALUE_TYPE', /not a map/],
    [new Date(0), 'WRONG_VALUE_TYPE', /a Date/],
    [
      [
        ['k', 5],
        ['k', 6],
      ],
      'INVALID_VALUE',
      /key 'k' twice/,
    ],
  ]);
  accepts('map<bigint, timestamp>', [['{"9007199254740993": "1970-01-01"}', [[9007199254740993n, 0]]]]);
  accepts('map<blob, boolean>', [[new Map([[new Uint8Array([255]), true]]), [[new Uint8Array([255]), true]]]]);
  accepts('map<boolean, frozen<map<float, frozen<list<double>>>>>', [
    ['{"yes": {"0.1": ["NaN", "-0", 1.5]}}', [[true, [[Math.fround(0.1), [NaN, -0, 1.5]]]]]],
  ]);
  accepts('map<frozen<list<int>>, text>', [[new Map([[[1, 2], 'x']]), [[[1, 2], 'x']]]]);
  accepts('list<bigint>', [['[9007199254740993]', [9007199254740993n]]]);

  it('are formatted for people and JSON', () => {
    const type = typeOf('map<text, frozen<list<bigint>>>');
    const value = compileConverter(type)('{"a": ["9007199254740993"]}');
    assert.deepEqual(formatCqlValue(type, value as never), { a: ['9007199254740993'] });
    assert.equal(formatCqlValue(typeOf('timestamp'), 0), '1970-01-01T00:00:00.000Z');
    assert.equal(formatCqlValue(typeOf('blob'), new Uint8Array([202, 254])), '0xcafe');
    assert.equal(formatCqlValue(typeOf('float'), Math.fround(0.1)), 0.1);
    assert.equal(formatCqlValue(typeOf('double'), NaN), 'NaN');
  });
});
