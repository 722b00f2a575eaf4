import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { ExpectedFile } from './expectations.ts';
import { expectFile } from './expectations.ts';
import { PlatformFixture } from './platform-fixture.ts';

type Row = Record<string, unknown>;

interface Case {
  tenant: string;
  /** Of the app; its own format when left out is CSV as RFC 4180 has it. */
  format?: string;
  /** The body of `wrangle(row, context)`; it adds a column when left out. */
  wrangle?: string;
  file?: string;
  content: string | Buffer;
  /** What is stored, by id, without columns that are null. */
  rows: Row[];
  counts: ExpectedFile['counts'];
  /** Line, code, column, and what the reason says. */
  rejected?: [number, string, string | null, RegExp][];
}

const profile = (format: string) => `
batch: { files: { settleSeconds: 0 } }
tables:
  things:
    columns:
      id: int
      name: text
      amount: bigint
      huge: varint
      price: decimal
      ratio: double
      tags: set<text>
      scores: list<int>
      ids: list<bigint>
      attributes: map<text, text>
      uid: uuid
      seen: boolean
    partitionKey: [id]
apps:
  - { name: items, kind: batch, entry: apps/items/app.ts, files: "*", format: ${format}, table: things }
`;

const app = (wrangle: string) => `
import { defineBatchApp } from 'mysimbdp/sdk';
export default defineBatchApp<Record<string, any>>({ wrangle(row, context) { ${wrangle} } });
`;

const cases: Record<string, Case> = {
  'TSV without quotes': {
    tenant: 'tsv',
    format: '{ type: csv, delimiter: "\\t", quote: none }',
    file: 'things.tsv',
    content: 'id\tname\n1\t"a" said, 5\' 6"\n2\t"\n',
    counts: [2, 2, 0, 0],
    rows: [
      { id: 1, name: '"a" said, 5\' 6"', seen: true },
      { id: 2, name: '"', seen: true },
    ],
  },
  'a delimiter, a quote and an escape of its own': {
    tenant: 'own_marks',
    format: `{ type: csv, delimiter: ";", quote: "'", escape: "\\\\" }`,
    content: "id;name\n1;'a;b\\'c'\n2;'two\nlines'\n3;plain \"\n",
    counts: [3, 3, 0, 0],
    rows: [
      { id: 1, name: "a;b'c", seen: true },
      { id: 2, name: 'two\nlines', seen: true },
      { id: 3, name: 'plain "', seen: true },
    ],
  },
  'quotes as RFC 4180 has them': {
    tenant: 'quotes',
    content: 'id,name\r\n1,"a ""b"", c"\r\n2,"x\r\ny"\r\n',
    counts: [2, 2, 0, 0],
    rows: [
      { id: 1, name: 'a "b", c', seen: true },
      { id: 2, name: 'x\r\ny', seen: true },
    ],
  },
  'no header, but a byte order mark': {
    tenant: 'no_header',
    format: '{ type: csv, header: false, columns: [id, name] }',
    content: '\ufeff1,a\n2,b\n3',
    counts: [3, 2, 0, 1],
    rows: [
      { id: 1, name: 'a', seen: true },
      { id: 2, name: 'b', seen: true },
    ],
    rejected: [[3, 'RECORD_CUT_OFF', null, /expected 2 columns, found 1/]],
  },
  'columns that the table does not have': {
    tenant: 'renamed',
    format: '{ type: csv, columns: [Thing Number] }',
    wrangle: 'return { id: row["Thing Number"], name: row.Label };',
    content: 'Thing Number,Label\n1,a\n',
    counts: [1, 1, 0, 0],
    rows: [{ id: 1, name: 'a' }],
  },
  'spellings of no value, and white space': {
    tenant: 'nulls',
    format: '{ type: csv, nulls: ["", NA, "-"], trim: true }',
    content: 'id,name,amount,price\n 1 , a b ,NA, 1.50\n2,NA,-,\n3, n/a ,7,\n',
    counts: [3, 3, 0, 0],
    rows: [
      { id: 1, name: 'a b', price: '1.50', seen: true },
      { id: 2, seen: true },
      { id: 3, name: 'n/a', amount: 7n, seen: true },
    ],
  },
  'empty texts that are values': {
    tenant: 'empties',
    format: '{ type: csv, nulls: ["NULL"] }',
    content: 'id,name,amount\n1,,NULL\n2,x,\n',
    counts: [2, 1, 0, 1],
    rows: [{ id: 1, name: '', seen: true }],
    rejected: [[3, 'INVALID_VALUE', 'amount', /empty text is not .*name it in nulls/]],
  },
  'Latin-1': {
    tenant: 'latin1',
    format: '{ type: csv, encoding: latin1 }',
    content: Buffer.from('id,name\n1,caf\xe9 \xfc\n', 'latin1'),
    counts: [1, 1, 0, 0],
    rows: [{ id: 1, name: 'café ü', seen: true }],
  },
  'UTF-16 with a byte order mark, and with half a surrogate pair': {
    tenant: 'utf16',
    format: '{ type: csv, encoding: utf-16le }',
    content: Buffer.from('\ufeffid,name\r\n1,日本 😀\r\n2,a\ud83db\r\n3,c\r\n', 'utf16le'),
    counts: [3, 2, 0, 1],
    rows: [
      { id: 1, name: '日本 😀', seen: true },
      { id: 3, name: 'c', seen: true },
    ],
    rejected: [[3, 'INVALID_ENCODING', null, /not valid in the declared encoding \(utf-16le\)/]],
  },
  'gzip, in several members': {
    tenant: 'gzip',
    file: 'things.csv.gz',
    content: Buffer.concat([gzipSync('\ufeffid,name\n1,a\n2'), gzipSync(',b\n')]),
    counts: [2, 2, 0, 0],
    rows: [
      { id: 1, name: 'a', seen: true },
      { id: 2, name: 'b', seen: true },
    ],
  },
  'NDJSON with values in values, and numbers of any size': {
    tenant: 'ndjson',
    format: '{ type: ndjson, nulls: ["", unknown] }',
    file: 'things.ndjson',
    content: [
      '{"id":1,"name":"a","tags":["x","a","x"],"scores":[3,1],"attributes":{"k":"v","a":"b"}}',
      '{"id":2,"name":"unknown","amount":9007199254740993,"huge":123456789012345678901234567890,"price":1.50}',
      '',
      '{"id":3,"name":null,"amount":-9223372036854775808,"ids":[9007199254740993,1],"ratio":1e-7}',
      '{"id":4,"name":"","scores":[1.5]}',
      '{"id":5,',
      '["id",6]',
      '{"id":7,"name":{"first":"x"}}',
      '{"id":8,"name":"last"}',
    ].join('\n'),
    counts: [8, 4, 0, 4],
    rows: [
      {
        id: 1,
        name: 'a',
        tags: ['a', 'x'],
        scores: [3, 1],
        attributes: [
          ['a', 'b'],
          ['k', 'v'],
        ],
        seen: true,
      },
      { id: 2, amount: 9007199254740993n, huge: 123456789012345678901234567890n, price: '1.5', seen: true },
      { id: 3, amount: -9223372036854775808n, ids: [9007199254740993n, 1n], ratio: 1e-7, seen: true },
      { id: 8, name: 'last', seen: true },
    ],
    rejected: [
      [5, 'WRONG_VALUE_TYPE', 'scores', /element 1: the number 1\.5 is not/],
      [6, 'INVALID_JSON', null, /JSON/],
      [7, 'NOT_AN_OBJECT', null, /not an object/],
      [8, 'WRONG_VALUE_TYPE', 'name', /an object is not text/],
    ],
  },
  'collections as JSON texts': {
    tenant: 'collections',
    content: [
      'id,tags,scores,ids,attributes',
      '1,"[""b"",""a""]","[2,1]","[9007199254740993]","{""k"":""v""}"',
      '2,[],,,',
      '3,a,,,',
      '4,,"[1,null]",,',
    ].join('\n'),
    counts: [4, 2, 0, 2],
    rows: [
      { id: 1, tags: ['a', 'b'], scores: [2, 1], ids: [9007199254740993n], attributes: [['k', 'v']], seen: true },
      { id: 2, seen: true },
    ],
    rejected: [
      [4, 'INVALID_VALUE', 'tags', /JSON array/],
      [5, 'INVALID_VALUE', 'scores', /element 2 is null/],
    ],
  },
  'values that an app makes': {
    tenant: 'made',
    wrangle: `return {
      id: Number(row.id), name: 'x', amount: 5n, huge: 2n ** 70n, price: '1.10', ratio: 0.5,
      tags: new Set(['b', 'a']), scores: [1, 2], ids: [1n], attributes: new Map([['k', 'v']]), uid: context.rowId, seen: false,
    };`,
    content: 'id\n1\n',
    counts: [1, 1, 0, 0],
    rows: [
      {
        id: 1,
        name: 'x',
        amount: 5n,
        huge: 2n ** 70n,
        price: '1.10',
        ratio: 0.5,
        tags: ['a', 'b'],
        scores: [1, 2],
        ids: [1n],
        attributes: [['k', 'v']],
        seen: false,
      },
    ],
  },
  'several rows of a record, and none': {
    tenant: 'several',
    wrangle: `
      if (row.name === 'none') return [];
      if (row.name === 'nothing') return null;
      return row.name.split('+').map((name, i) => ({ id: Number(row.id) + i, name }));`,
    content: 'id,name\n10,a+b+c\n20,none\n30,nothing\n40,d\n',
    counts: [4, 2, 2, 0],
    rows: [
      { id: 10, name: 'a' },
      { id: 11, name: 'b' },
      { id: 12, name: 'c' },
      { id: 40, name: 'd' },
    ],
  },
  'results that are no rows of the table': {
    tenant: 'no_rows',
    wrangle: `
      const id = Number(row.id);
      switch (row.name) {
        case 'unknown': return { id, nmae: 'x' };
        case 'text': return 'x';
        case 'list': return [{ id }, 7];
        case 'function': return { id, name: () => 1 };
        case 'half': return [{ id, name: 'good' }, { id: id + 1, amount: 'bad' }];
        case 'keyless': return { name: 'x' };
        case 'thrown': throw 'just a text';
        case 'getter': return { id, get name() { throw new Error('not today'); } };
        case 'strange': throw Object.create(null);
        default: return { id, name: 'good' };
      }`,
    content:
      'id,name\n1,good\n2,unknown\n3,text\n4,list\n5,function\n6,half\n7,keyless\n8,thrown\n9,getter\n10,strange\n11,good\n',
    counts: [11, 2, 0, 9],
    rows: [
      { id: 1, name: 'good' },
      { id: 11, name: 'good' },
    ],
    rejected: [
      [3, 'UNKNOWN_COLUMN', 'nmae', /did it mean "name"/],
      [4, 'NOT_A_ROW', null, /a string where a row object belongs/],
      [5, 'NOT_A_ROW', null, /a number where a row object belongs/],
      [6, 'VALUE_NOT_DATA', null, /not data.*could not be cloned/],
      [7, 'INVALID_VALUE', 'amount', /'bad' is not/],
      [8, 'KEY_IS_NULL', 'id', /primary key/],
      [9, 'APP_REJECTED', null, /^just a text$/],
      [10, 'APP_REJECTED', null, /^not today$/],
      [11, 'APP_REJECTED', null, /threw without a message/],
    ],
  },
  'an app that answers later': {
    tenant: 'later',
    wrangle: `
      return new Promise((resolve, reject) =>
        setTimeout(() => (row.name === 'no' ? reject(new Error('no')) : resolve({ id: row.id, name: 'later' })), 1));`,
    content: 'id,name\n1,a\n2,no\n3,b\n',
    counts: [3, 2, 0, 1],
    rows: [
      { id: 1, name: 'later' },
      { id: 3, name: 'later' },
    ],
    rejected: [[3, 'APP_REJECTED', null, /^no$/]],
  },
};

describe('formats', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create(
      Object.values(cases).map(({ tenant, format = '{ type: csv }', wrangle = 'return { ...row, seen: true };' }) => ({
        name: tenant,
        profile: profile(format),
        files: { 'apps/items/app.ts': app(wrangle) },
      })),
    );
    for (const { tenant, file = 'things.csv', content } of Object.values(cases)) {
      await fixture.stage(tenant, file, content);
    }
    await fixture.run();
  });
  after(() => fixture.dispose());

  for (const [what, { tenant, file = 'things.csv', counts, rows, rejected = [] }] of Object.entries(cases)) {
    it(what, async () => {
      const outcome = rejected.length > 0 ? 'partial' : 'ingested';
      const record = await expectFile(fixture, tenant, file, {
        outcome,
        ...(counts ? { counts } : {}),
        place: 'archive',
      });
      const stored = await fixture.rows(tenant, 'things');
      assert.deepEqual(
        stored.sort((a, b) => Number(a.id) - Number(b.id)).map((row) => withoutNulls(row, rows[0])),
        rows,
      );
      assert.equal(record.counters.rows, rows.length);
      const rejects = await fixture.rejects(record);
      assert.deepEqual(
        rejects.map(({ line, code, column }) => [line, code, column]),
        rejected.map(([line, code, column]) => [line, code, column]),
      );
      for (const [index, [, , , reason]] of rejected.entries()) assert.match(String(rejects[index]?.reason), reason);
    });
  }

  it('gives a record the same id when its file is ingested again after a failure', async () => {
    const wrangle =
      "if (row.name === 'stop') process.exit(1); return { id: row.id, name: row.name, uid: context.rowId };";
    const things = Array.from({ length: 20_000 }, (_, i) => `${i + 1},name\n`).join('');
    await fixture.addTenant({
      name: 'again',
      profile: profile('{ type: csv }'),
      files: { 'apps/items/app.ts': app(wrangle) },
    });
    await (await fixture.up()).controlPlane.addTenant('again');
    const content = `id,name\n${things}0,stop\n`;
    const failed = await fixture.ingest('again', 'things.csv', content);
    assert.equal(failed.outcome, 'failed');
    const before = new Map((await fixture.rows('again', 'things')).map(({ id, uid }) => [id, uid]));
    assert.equal(before.size, failed.counters.stored);
    assert.ok(before.size > 0, 'nothing was stored before the failure');

    await fixture.write('tenants/again/apps/items/app.ts', app(wrangle.replace('process.exit(1)', 'return')));
    const whole = await fixture.ingest('again', 'other-name.csv', content);
    assert.equal(whole.outcome, 'ingested');
    const after = new Map((await fixture.rows('again', 'things')).map(({ id, uid }) => [id, uid]));
    assert.equal(after.size, 20_000);
    assert.equal(new Set(after.values()).size, 20_000);
    for (const [id, uid] of before) assert.equal(after.get(id), uid);
  });
});

/** A row as the cases write it; ids of records are not compared where they do not name them. */
function withoutNulls(row: Row, like: Row | undefined): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) => value !== null && (name !== 'uid' || like?.uid !== undefined)),
  );
}
