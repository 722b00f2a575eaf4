import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { parseCqlType, type CqlType } from '../../../src/coredms/cql-types.ts';
import { compileConverter, formatCqlValue, Unconvertible } from '../../../src/coredms/cql-values.ts';

export function typeOf(text: string): CqlType {
  const type = parseCqlType(text);
  if ('error' in type) assert.fail(type.error);
  return type;
}

function described(input: unknown): string {
  return inspect(input, { breakLength: Infinity, maxStringLength: 40 });
}

/** One test an input: what it becomes, that this is stable, and that its formatted form gives the same value again. */
export function accepts(type: string, table: [input: unknown, value: unknown][]): void {
  describe(`${type} accepts`, () => {
    const convert = compileConverter(typeOf(type));
    for (const [input, value] of table) {
      it(described(input), () => {
        const converted = convert(input);
        assert.deepStrictEqual(converted, value);
        if (converted instanceof Unconvertible) return;
        assert.deepStrictEqual(structuredClone(converted), value);
        assert.deepStrictEqual(convert(JSON.parse(JSON.stringify(formatCqlValue(typeOf(type), converted)))), value);
      });
    }
  });
}

/** One test an input: the code and the reason with which it is refused. */
export function refuses(type: string, table: [input: unknown, code: Unconvertible['code'], reason: RegExp][]): void {
  describe(`${type} refuses`, () => {
    const convert = compileConverter(typeOf(type));
    for (const [input, code, reason] of table) {
      it(described(input), () => {
        const refused = convert(input);
        assert.ok(refused instanceof Unconvertible, 'it was accepted');
        assert.equal(refused.code, code);
        assert.match(refused.reason, reason);
        assert.ok(refused.reason.length < 250, `the reason is long: ${refused.reason}`);
      });
    }
  });
}
