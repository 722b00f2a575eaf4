import { accepts, refuses } from './conversions.ts';

describe('numeric values', () => {
  accepts('tinyint', [
    ['-128', -128],
    ['127', 127],
    ['+5', 5],
    ['007', 7],
    ['-0', 0],
    [127, 127],
    [-0, 0],
    [5n, 5],
    [null, null],
    [undefined, null],
  ]);
  refuses('tinyint', [
    ['300', 'VALUE_OUT_OF_RANGE', /^'300' is out of range for tinyint \(-128 to 127\)$/],
    ['-129', 'VALUE_OUT_OF_RANGE', /-128 to 127/],
    [128, 'VALUE_OUT_OF_RANGE', /^128 is out of range/],
    [128n, 'VALUE_OUT_OF_RANGE', /-128 to 127/],
  ]);
  accepts('smallint', [
    ['-32768', -32768],
    ['32767', 32767],
  ]);
  refuses('smallint', [
    ['32768', 'VALUE_OUT_OF_RANGE', /-32768 to 32767/],
    ['-32769', 'VALUE_OUT_OF_RANGE', /smallint/],
  ]);
  accepts('int', [
    ['-2147483648', -2147483648],
    ['2147483647', 2147483647],
    ['00000000000000000000012', 12],
    [3, 3],
  ]);
  refuses('int', [
    ['2147483648', 'VALUE_OUT_OF_RANGE', /-2147483648 to 2147483647/],
    ['99999999999999999999999', 'VALUE_OUT_OF_RANGE', /int/],
    [Infinity, 'VALUE_OUT_OF_RANGE', /Infinity/],
    ['', 'INVALID_VALUE', /empty text.*nulls/],
    [' 5', 'INVALID_VALUE', /white space/],
    ['5\n', 'INVALID_VALUE', /white space/],
    ['five', 'INVALID_VALUE', /^'five' is not an int$/],
    ['3.0', 'INVALID_VALUE', /not an int/],
    ['1e3', 'INVALID_VALUE', /not an int/],
    ['0x10', 'INVALID_VALUE', /not an int/],
    ['-', 'INVALID_VALUE', /not an int/],
    ['٣', 'INVALID_VALUE', /not an int/],
    ['x'.repeat(1000), 'INVALID_VALUE', /x{60}…'/],
    [3.5, 'WRONG_VALUE_TYPE', /3.5 is not an int; give a whole number/],
    [NaN, 'WRONG_VALUE_TYPE', /whole number/],
    [true, 'WRONG_VALUE_TYPE', /the boolean true/],
    [[1], 'WRONG_VALUE_TYPE', /an array/],
    [{}, 'WRONG_VALUE_TYPE', /an object/],
  ]);
  accepts('bigint', [
    ['-9223372036854775808', -(2n ** 63n)],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['+9007199254740993', 9007199254740993n],
    ['-999999999999999', -999999999999999n],
    ['0', 0n],
    [9007199254740991, 9007199254740991n],
    [2n ** 63n - 1n, 2n ** 63n - 1n],
    [null, null],
  ]);
  refuses('bigint', [
    ['9223372036854775808', 'VALUE_OUT_OF_RANGE', /-9223372036854775808 to 9223372036854775807/],
    [-(2n ** 63n) - 1n, 'VALUE_OUT_OF_RANGE', /bigint/],
    [9007199254740992, 'WRONG_VALUE_TYPE', /lost digits; give a bigint or a string/],
    [1.5, 'WRONG_VALUE_TYPE', /whole number/],
    ['1.5', 'INVALID_VALUE', /not a bigint/],
    ['', 'INVALID_VALUE', /empty/],
  ]);
  accepts('varint', [
    ['-123456789012345678901234567890', -123456789012345678901234567890n],
    ['9'.repeat(500), BigInt('9'.repeat(500))],
    [10n ** 100n, 10n ** 100n],
    [7, 7n],
  ]);
  refuses('varint', [
    ['9'.repeat(10_001), 'VALUE_OUT_OF_RANGE', /more than 10000 digits/],
    ['1,000', 'INVALID_VALUE', /not a varint/],
  ]);

  accepts('double', [
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['5e-324', Number.MIN_VALUE],
    ['-0', -0],
    ['.5', 0.5],
    ['5.', 5],
    ['1E3', 1000],
    ['NaN', NaN],
    ['nan', NaN],
    ['-Infinity', -Infinity],
    ['inf', Infinity],
    [0.1, 0.1],
    [-0, -0],
    [Infinity, Infinity],
    [2n ** 60n, 2 ** 60],
    [null, null],
  ]);
  refuses('double', [
    ['1e309', 'VALUE_OUT_OF_RANGE', /1\.7976931348623157e308/],
    ['1,5', 'INVALID_VALUE', /not a double/],
    ['.', 'INVALID_VALUE', /not a double/],
    ['0x1p3', 'INVALID_VALUE', /not a double/],
    ['', 'INVALID_VALUE', /empty/],
    [' 1', 'INVALID_VALUE', /white space/],
    [2n ** 60n + 1n, 'WRONG_VALUE_TYPE', /exact/],
    [false, 'WRONG_VALUE_TYPE', /give a number/],
  ]);
  accepts('float', [
    ['0.1', Math.fround(0.1)],
    ['3.4028235e38', Math.fround(3.4028235e38)],
    ['16777217', 16777216],
    ['1e-60', 0],
    [-0, -0],
    [NaN, NaN],
  ]);
  refuses('float', [
    ['1e39', 'VALUE_OUT_OF_RANGE', /float \(±3\.4028235e38\)/],
    [1e39, 'VALUE_OUT_OF_RANGE', /float/],
    [10n ** 40n, 'VALUE_OUT_OF_RANGE', /float/],
  ]);

  accepts('decimal', [
    ['12.50', '12.50'],
    ['+007.50', '7.50'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-0.00', '0.00'],
    ['0', '0'],
    ['1.5e3', '1.5E+3'],
    ['15e2', '1.5E+3'],
    ['1500', '1500'],
    ['1e-7', '1E-7'],
    ['0.000001', '0.000001'],
    ['123456789012345678901234567890.123456789', '123456789012345678901234567890.123456789'],
    [0.1, '0.1'],
    [-1234.5, '-1234.5'],
    [1e21, '1E+21'],
    [10n ** 30n, `1${'0'.repeat(30)}`],
    [null, null],
  ]);
  refuses('decimal', [
    ['1e99999999999', 'VALUE_OUT_OF_RANGE', /scale/],
    ['1'.repeat(10_001), 'VALUE_OUT_OF_RANGE', /more than 10000 digits/],
    ['NaN', 'INVALID_VALUE', /not a decimal/],
    ['12,50', 'INVALID_VALUE', /not a decimal/],
    ['', 'INVALID_VALUE', /empty/],
    [0.1 + 0.2, 'WRONG_VALUE_TYPE', /toFixed/],
    [NaN, 'WRONG_VALUE_TYPE', /give a string/],
  ]);
});
