import assert from 'node:assert/strict';
import { cqlScalars, formatCqlType, keyTypeError, parseCqlType, type CqlType } from '../../../src/coredms/cql-types.ts';

function parsed(text: string): CqlType {
  const type = parseCqlType(text);
  if ('error' in type) assert.fail(`${text}: ${type.error}`);
  return type;
}

function refusal(text: string): string {
  const type = parseCqlType(text);
  return 'error' in type ? type.error : assert.fail(`${text} was accepted`);
}

describe('CQL types', () => {
  for (const scalar of cqlScalars) {
    it(`reads ${scalar}`, () => {
      assert.deepEqual(parsed(scalar), { kind: scalar });
    });
  }

  const canonical: [string, string][] = [
    [' TEXT ', 'text'],
    ['List<Int>', 'list<int>'],
    ['set < uuid >', 'set<uuid>'],
    ['map<text,int>', 'map<text, int>'],
    ['frozen<list<int>>', 'frozen<list<int>>'],
    ['frozen<frozen<set<int>>>', 'frozen<set<int>>'],
    ['list<frozen<map<text, frozen<set<date>>>>>', 'list<frozen<map<text, frozen<set<date>>>>>'],
    ['map<text, duration>', 'map<text, duration>'],
    ['list<duration>', 'list<duration>'],
  ];
  for (const [text, expected] of canonical) {
    it(`reads '${text}' as ${expected}, and that as itself`, () => {
      assert.equal(formatCqlType(parsed(text)), expected);
      assert.deepEqual(parsed(expected), parsed(text));
    });
  }

  const refused: [string, RegExp][] = [
    ['', /empty/],
    ['integer', /'integer' is not a CQL type; did you mean int\?/],
    ['string', /did you mean text\?/],
    ['varchr', /did you mean varchar\?/],
    ['zzzzzz', /^'zzzzzz' is not a CQL type$/],
    ['counter', /replay/],
    ['list<list<int>>', /has to be frozen: write frozen<list<int>>/],
    ['map<text, set<int>>', /write frozen<set<int>>/],
    ['frozen<int>', /only collections can be frozen/],
    ['frozen', /needs a collection/],
    ['list', /needs the type of its elements, like list<text>/],
    ['list<>', /unexpected '>'/],
    ['list<int', /lacks a closing '>'/],
    ['list<int, text>', /takes one type/],
    ['map<int>', /takes two types/],
    ['int>', /'>' behind its end/],
    ['int text', /'text' behind its end/],
    ['set<duration>', /no order/],
    ['map<duration, int>', /no order/],
    [`${'list<frozen<'.repeat(20)}list<int>${'>>'.repeat(20)}`, /more than 8 deep/],
  ];
  for (const [text, reason] of refused) {
    it(`refuses '${text.slice(0, 40)}'`, () => {
      assert.match(refusal(text), reason);
    });
  }

  it('keeps durations and collections that are not frozen out of keys', () => {
    assert.match(keyTypeError(parsed('duration')) ?? '', /no order/);
    assert.match(keyTypeError(parsed('list<int>')) ?? '', /write frozen<list<int>>/);
    assert.equal(keyTypeError(parsed('frozen<list<int>>')), undefined);
    assert.equal(keyTypeError(parsed('text')), undefined);
  });
});
