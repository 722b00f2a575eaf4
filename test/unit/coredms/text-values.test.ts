import { accepts, refuses } from './conversions.ts';

describe('text and identifying values', () => {
  for (const type of ['text', 'varchar']) {
    accepts(type, [
      ['', ''],
      [' a\tb\n', ' a\tb\n'],
      ['naïve 日本 😀 \0', 'naïve 日本 😀 \0'],
      [null, null],
      [undefined, null],
    ]);
    refuses(type, [
      ['half \ud83d', 'INVALID_VALUE', /surrogate/],
      [5, 'WRONG_VALUE_TYPE', /the number 5 is not text; make it a string/],
      [true, 'WRONG_VALUE_TYPE', /string/],
      [new Date(0), 'WRONG_VALUE_TYPE', /a Date/],
      [['a'], 'WRONG_VALUE_TYPE', /an array/],
      [() => 1, 'WRONG_VALUE_TYPE', /a function/],
    ]);
  }
  accepts('ascii', [
    ['plain \x7f\0', 'plain \x7f\0'],
    ['', ''],
  ]);
  refuses('ascii', [
    ['caf\u00e9', 'INVALID_VALUE', /character 4 of the text is U\+00E9/],
    ['😀', 'INVALID_VALUE', /U\+1F600/],
    [5, 'WRONG_VALUE_TYPE', /string/],
  ]);
  accepts('boolean', [
    ...['true', 'TRUE', 'yes', 'Y', 't', '1'].map((word): [string, boolean] => [word, true]),
    ...['false', 'False', 'no', 'N', 'f', '0'].map((word): [string, boolean] => [word, false]),
    [true, true],
    [0, false],
    [null, null],
  ]);
  refuses('boolean', [
    ['on', 'INVALID_VALUE', /'on' is not a boolean/],
    ['', 'INVALID_VALUE', /empty/],
    [' true', 'INVALID_VALUE', /white space/],
    [2, 'WRONG_VALUE_TYPE', /true or false/],
    ['constructor', 'INVALID_VALUE', /not a boolean/],
  ]);
  const v1 = 'd2177dd0-eaa2-11de-a572-001b779c76e3';
  accepts('uuid', [
    ['123E4567-E89B-42D3-A456-426614174000', '123e4567-e89b-42d3-a456-426614174000'],
    [v1, v1],
    ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'],
    [null, null],
  ]);
  refuses('uuid', [
    ['123e4567e89b42d3a456426614174000', 'INVALID_VALUE', /uuid like/],
    [`{${v1}}`, 'INVALID_VALUE', /uuid/],
    ['', 'INVALID_VALUE', /empty/],
    [1, 'WRONG_VALUE_TYPE', /string/],
  ]);
  accepts('timeuuid', [[v1.toUpperCase(), v1]]);
  refuses('timeuuid', [
    ['123e4567-e89b-42d3-a456-426614174000', 'INVALID_VALUE', /version 4, not 1/],
    ['x', 'INVALID_VALUE', /uuid/],
  ]);
  accepts('inet', [
    ['192.168.0.1', '192.168.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['::ffff:10.1.2.255', '10.1.2.255'],
    ['fe80::1:0:0:2', 'fe80::1:0:0:2'],
    [null, null],
  ]);
  refuses('inet', [
    ['256.1.1.1', 'INVALID_VALUE', /IP address/],
    ['1.2.3', 'INVALID_VALUE', /IP address/],
    ['010.1.1.1', 'INVALID_VALUE', /IP address/],
    ['fe80::1%eth0', 'INVALID_VALUE', /IP address/],
    ['10.0.0.0/8', 'INVALID_VALUE', /IP address/],
    ['localhost', 'INVALID_VALUE', /IP address/],
    [3232235521, 'WRONG_VALUE_TYPE', /string/],
  ]);
  accepts('blob', [
    ['0xCAFE00', new Uint8Array([0xca, 0xfe, 0])],
    ['0x', new Uint8Array(0)],
    [Buffer.from([1, 2]), new Uint8Array([1, 2])],
    [new Uint8Array([9]).buffer, new Uint8Array([9])],
    [null, null],
  ]);
  refuses('blob', [
    ['cafe', 'INVALID_VALUE', /0xcafe/],
    ['0xabc', 'INVALID_VALUE', /blob/],
    ['0xzz', 'INVALID_VALUE', /blob/],
    [[1, 2], 'WRONG_VALUE_TYPE', /Uint8Array/],
  ]);
});
