import assert from 'node:assert/strict';
import { cellEncoder } from '../../../../src/coredms/cassandra/cell-encoding.ts';
import type { CqlValue } from '../../../../src/coredms/cql-values.ts';
import { typeOf } from '../conversions.ts';

// native_protocol_v5.spec, section 6; test/docker has a server read each type back.
const encoded: [type: string, value: CqlValue, hex: string][] = [
  ['text', 'aä😀', '61c3a4f09f9880'],
  ['text', '', ''],
  ['tinyint', -2, 'fe'],
  ['smallint', 258, '0102'],
  ['int', -1, 'ffffffff'],
  ['bigint', -(2n ** 63n), '8000000000000000'],
  ['varint', 0n, '00'],
  ['varint', 127n, '7f'],
  ['varint', 128n, '0080'],
  ['varint', -1n, 'ff'],
  ['varint', -128n, '80'],
  ['varint', -129n, 'ff7f'],
  ['decimal', '-12.50', '00000002fb1e'],
  ['decimal', '1.5E+3', 'fffffffe0f'],
  ['float', -0, '80000000'],
  ['double', 1, '3ff0000000000000'],
  ['boolean', true, '01'],
  ['date', '1970-01-01', '80000000'],
  ['date', '1969-12-31', '7fffffff'],
  ['time', '00:00:01.5', '0000000059682f00'],
  ['timestamp', -1, 'ffffffffffffffff'],
  ['timestamp', 2 ** 33 + 5, '0000000200000005'],
  ['duration', '0s', '000000'],
  ['duration', '-1mo2d3ns', '010305'],
  ['duration', '64d', '00808000'],
  ['uuid', '123e4567-e89b-42d3-a456-426614174000', '123e4567e89b42d3a456426614174000'],
  ['inet', '1.2.3.255', '010203ff'],
  ['inet', '::', '00000000000000000000000000000000'],
  ['inet', '2001:db8::1', '20010db8000000000000000000000001'],
  ['blob', new Uint8Array([1, 2]), '0102'],
  ['list<int>', [1], '000000010000000400000001'],
  ['map<text, boolean>', [['k', false]], '00000001000000016b0000000100'],
];

describe('cells for Cassandra', () => {
  for (const [type, value, hex] of encoded) {
    it(`are ${hex || 'empty'} for ${type} ${String(value)}`, () => {
      assert.equal(cellEncoder(typeOf(type))(value).toString('hex'), hex);
    });
  }
});
