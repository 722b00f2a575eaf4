import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { reasonPath } from '../../src/batch/quarantine-places.ts';
import { restage } from '../../src/batch/restage.ts';
import { until } from '../../src/foundation/deadlines.ts';
import { loadPlatform } from '../../src/tenants/load.ts';
import { cqlScalars } from '../../src/coredms/cql-types.ts';
import type { ExpectedFile } from './expectations.ts';
import { expectFile, storedKeys } from './expectations.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

interface RejectedLine {
  line: number;
  code: string;
  column?: string;
}

/** A file as a tenant of its own stages it, and what becomes of it. */
interface Case extends ExpectedFile {
  tenant: string;
  profile?: string;
  file?: string;
  content: string | Buffer;
  /** Keys of what is stored afterwards, beside the rows of the next file. */
  stored: number[];
  rejected?: RejectedLine[];
  /** The file that is staged behind it, for the same run. */
  next?: string | Buffer;
}

const nextFile = 'id,name\n9000,next\n9001,next\n';

const lines = (count: number, from = 1) =>
  Array.from({ length: count }, (_, i) => `${from + i},name of ${(i * 7919) % 1009}\n`).join('');

const halves = gzipSync(`id,name\n${lines(3000)}`);
const damaged = Buffer.from(halves);
damaged.fill(0xff, 100, 140);

const cases: Record<string, Case> = {
  'an empty file': {
    tenant: 'empty',
    content: '',
    outcome: 'empty',
    cause: 'FILE_EMPTY',
    says: /the file is empty/,
    counts: [0, 0, 0, 0],
    place: 'archive',
    stored: [],
  },
  'a header without records': {
    tenant: 'header_only',
    content: 'id,name\r\n\r\n',
    outcome: 'empty',
    cause: 'NO_RECORDS',
    says: /no records, only a header/,
    counts: [0, 0, 0, 0],
    place: 'archive',
    stored: [],
  },
  'a byte order mark': {
    tenant: 'mark',
    content: '\ufeffid,name\n1,a\n',
    outcome: 'ingested',
    counts: [1, 1, 0, 0],
    place: 'archive',
    stored: [1],
  },
  'line ends of Windows, none at the end': {
    tenant: 'windows',
    content: 'id,name\r\n1,a\r\n2,b',
    outcome: 'ingested',
    counts: [2, 2, 0, 0],
    place: 'archive',
    stored: [1, 2],
  },
  'records with a wrong number of columns': {
    tenant: 'columns',
    content: 'id,name,note\n1,a,x\n2,b\n3,c,x,y\n4,d,x\n5,e\n',
    outcome: 'partial',
    counts: [5, 2, 0, 3],
    place: 'archive',
    stored: [1, 4],
    rejected: [
      { line: 3, code: 'WRONG_COLUMN_COUNT' },
      { line: 4, code: 'WRONG_COLUMN_COUNT' },
      { line: 6, code: 'WRONG_COLUMN_COUNT' },
    ],
  },
  'a file that was cut off in a record': {
    tenant: 'cut_off',
    content: 'id,name,note\n1,a,x\n2,b',
    outcome: 'partial',
    counts: [2, 1, 0, 1],
    place: 'archive',
    stored: [1],
    rejected: [{ line: 3, code: 'RECORD_CUT_OFF' }],
  },
  'a header that lacks a demanded column': {
    tenant: 'lacking',
    next: 'id,name,price\n9000,next,1\n9001,next,2\n',
    profile: itemsProfile({ format: '{ type: csv, columns: [id, name, price] }' }),
    content: 'id,nmae,price\n1,a,1\n',
    outcome: 'failed',
    cause: 'HEADER_MISMATCH',
    says: /lacks "name"; it has "id", "nmae", "price".*"nmae" for "name"/,
    counts: [0, 0, 0, 0],
    place: 'quarantine',
    stored: [],
  },
  'a header of another file': {
    tenant: 'foreign',
    content: 'first;second\n1;2\n',
    outcome: 'failed',
    cause: 'HEADER_MISMATCH',
    says: /none of the file's columns is a column of table items: "first;second".*delimiter/,
    counts: [0, 0, 0, 0],
    place: 'quarantine',
    stored: [],
  },
  'a header that names a column twice': {
    tenant: 'twice',
    content: 'id,name,id\n1,a,2\n',
    outcome: 'failed',
    cause: 'HEADER_DUPLICATE',
    says: /names the column "id" twice/,
    counts: [0, 0, 0, 0],
    place: 'quarantine',
    stored: [],
  },
  'a header without names': {
    tenant: 'nameless',
    content: ',,\n1,a,2\n',
    outcome: 'failed',
    cause: 'HEADER_MISSING',
    says: /no header.*header: false/,
    counts: [0, 0, 0, 0],
    place: 'quarantine',
    stored: [],
  },
  'a header that is not text': {
    tenant: 'binary',
    content: Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0xd8]), Buffer.from('id,name\n1,a\n', 'utf16le')]),
    outcome: 'failed',
    cause: 'HEADER_UNREADABLE',
    says: /line 1 cannot be read.*encoding/,
    counts: [0, 0, 0, 0],
    place: 'quarantine',
    stored: [],
  },
  'records with the same key': {
    tenant: 'same_key',
    content: 'id,name\n1,a\n2,b\n1,c\n',
    outcome: 'ingested',
    counts: [3, 3, 0, 0],
    place: 'archive',
    stored: [1, 2],
  },
  'a record without its key': {
    tenant: 'keyless',
    content: 'id,name\n,a\n2,b\n',
    outcome: 'partial',
    counts: [2, 1, 0, 1],
    place: 'archive',
    stored: [2],
    rejected: [{ line: 2, code: 'KEY_IS_NULL', column: 'id' }],
  },
  'bytes that are not UTF-8': {
    tenant: 'encoding',
    content: Buffer.concat([Buffer.from('id,name\n1,caf'), Buffer.from([0xe9]), Buffer.from('\n2,café\n')]),
    outcome: 'partial',
    counts: [2, 1, 0, 1],
    place: 'archive',
    stored: [2],
    rejected: [{ line: 2, code: 'INVALID_ENCODING' }],
  },
  'a quote that is never closed': {
    tenant: 'quote',
    content: `id,name\n1,a\n2,"b\n${lines(200, 3)}`,
    outcome: 'partial',
    counts: [202, 201, 0, 1],
    place: 'archive',
    stored: [1, ...Array.from({ length: 200 }, (_, i) => i + 3)],
    rejected: [{ line: 3, code: 'QUOTE_NOT_CLOSED' }],
  },
  'NUL bytes in a text': {
    tenant: 'nul',
    content: 'id,name\n1,a\0b\n2,\0\n',
    outcome: 'ingested',
    counts: [2, 2, 0, 0],
    place: 'archive',
    stored: [1, 2],
  },
  'a very long line': {
    tenant: 'long',
    profile: itemsProfile({ app: 'maxRecordBytes: 10000' }),
    content: `id,name\n1,a\n2,${'x'.repeat(2_000_000)}\n3,${'y'.repeat(9_000)}\n4,${'z'.repeat(20_000)}\n5,b\n`,
    outcome: 'partial',
    counts: [5, 3, 0, 2],
    place: 'archive',
    stored: [1, 3, 5],
    rejected: [
      { line: 3, code: 'RECORD_TOO_LONG' },
      { line: 5, code: 'RECORD_TOO_LONG' },
    ],
  },
  'damaged gzip data': {
    tenant: 'damaged',
    file: 'items.csv.gz',
    content: damaged,
    outcome: 'failed',
    cause: 'GZIP_BROKEN',
    says: /damaged.*compress and stage the file again/,
    place: 'quarantine',
    stored: [],
  },
  'text that is declared to be gzip': {
    tenant: 'not_gzip',
    profile: itemsProfile({ format: '{ type: csv, compression: gzip }' }),
    next: gzipSync(nextFile),
    file: 'items.csv.gz',
    content: 'id,name\n1,a\n',
    outcome: 'failed',
    cause: 'GZIP_BROKEN',
    says: /compression: none/,
    place: 'quarantine',
    stored: [],
  },
  'a wrong extension': {
    tenant: 'extension',
    file: 'items.txt',
    content: 'id,name\n1,a\n',
    outcome: 'refused',
    cause: 'WRONG_EXTENSION',
    says: /extension of items\.txt is not allowed.*allowed are csv/,
    counts: [0, 0, 0, 0],
    place: 'staging',
    stored: [],
  },
  'a file that is too large': {
    tenant: 'large',
    profile: itemsProfile({ batch: '{ files: { settleSeconds: 0, maxFileSizeMb: 0.001 } }' }),
    content: `id,name\n${lines(100)}`,
    outcome: 'refused',
    cause: 'FILE_TOO_LARGE',
    says: /0\.00\d MB, more than the 0\.001 MB/,
    counts: [0, 0, 0, 0],
    place: 'staging',
    stored: [],
  },
  'a file that no app takes': {
    tenant: 'appless',
    profile: itemsProfile({ files: 'next*.csv' }),
    content: 'id,name\n1,a\n',
    outcome: 'refused',
    cause: 'NO_APP_FOR_FILE',
    says: /named like items\.csv.*the apps take next\*\.csv/,
    counts: [0, 0, 0, 0],
    place: 'staging',
    stored: [],
  },
  'a refused file where the profile wants it in quarantine': {
    tenant: 'put_away',
    profile: itemsProfile({ batch: '{ files: { settleSeconds: 0, refused: quarantine } }' }),
    file: 'items.txt',
    content: 'id,name\n1,a\n',
    outcome: 'refused',
    cause: 'WRONG_EXTENSION',
    counts: [0, 0, 0, 0],
    place: 'refused',
    stored: [],
  },
};

describe('bad input', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create(
      Object.values(cases).map(({ tenant, profile }) => ({ name: tenant, ...(profile ? { profile } : {}) })),
    );
    for (const { tenant, file = 'items.csv', content, next = nextFile } of Object.values(cases)) {
      await fixture.stage(tenant, file, content, 60);
      await fixture.stage(tenant, 'next.csv', next, 30);
    }
    await fixture.run();
  });
  after(() => fixture.dispose());

  for (const [what, { tenant, file = 'items.csv', stored, rejected = [], ...expected }] of Object.entries(cases)) {
    it(`${what}: ${expected.outcome}${expected.cause ? `, ${expected.cause}` : ''}`, async () => {
      const record = await expectFile(fixture, tenant, file, expected);
      const rejects = await fixture.rejects(record);
      assert.deepEqual(
        rejects.map(({ line, code, column }) => ({ line, code, ...(column === null ? {} : { column }) })),
        rejected,
      );
      for (const reject of rejects) assert.equal(reject.file, file);
      await expectFile(fixture, tenant, 'next.csv', { outcome: 'ingested', counts: [2, 2, 0, 0], place: 'archive' });
      assert.deepEqual(await storedKeys(fixture, tenant), [...stored, 9000, 9001]);
    });
  }

  it('keeps the original of a rejected record: as text, or as bytes where it is none', async () => {
    const [columns] = await fixture.log('columns').then((log) => log.filter(({ file }) => file === 'items.csv'));
    assert.deepEqual(
      (await fixture.rejects(columns!)).map(({ raw }) => raw),
      ['2,b', '3,c,x,y', '5,e'],
    );
    const [encoding] = await fixture.log('encoding').then((log) => log.filter(({ file }) => file === 'items.csv'));
    const [reject] = await fixture.rejects(encoding!);
    assert.deepEqual(Buffer.from(String(reject?.rawBase64), 'base64'), Buffer.from('1,caf\xe9', 'latin1'));
    assert.equal(reject?.character, 6);
  });

  it('stores the last of the records with the same key', async () => {
    const rows = new Map((await fixture.rows('same_key')).map(({ id, name }) => [id, name]));
    assert.deepEqual([rows.get(1), rows.get(2)], ['c', 'b']);
  });

  it('stores text without byte order mark or carriage return, and with its NUL bytes', async () => {
    const name = async (tenant: string, id: number) => (await fixture.rows(tenant)).find((row) => row.id === id)?.name;
    assert.equal(await name('mark', 1), 'a');
    assert.equal(await name('windows', 1), 'a');
    assert.equal(await name('windows', 2), 'b');
    assert.equal(await name('nul', 1), 'a\0b');
  });
});

describe('every CQL type', () => {
  /** A text that is no value of the type. */
  const wrong: Record<(typeof cqlScalars)[number], string> = {
    ascii: 'é',
    bigint: '9223372036854775808',
    blob: '0xabc',
    boolean: 'maybe',
    date: '2023-02-29',
    decimal: '1,5',
    double: '1.0.0',
    duration: 'soon',
    float: 'one',
    inet: '256.1.1.1',
    int: '2147483648',
    smallint: '40000',
    text: 'NOT TEXT',
    time: '25:00:00',
    timestamp: 'yesterday',
    timeuuid: '123e4567-e89b-42d3-a456-426614174000',
    tinyint: '-129',
    uuid: '123e4567',
    varchar: 'NOT TEXT',
    varint: '1.5',
  };
  const right: Record<(typeof cqlScalars)[number], string> = {
    ascii: 'plain',
    bigint: '9223372036854775807',
    blob: '0xcafe',
    boolean: 'true',
    date: '2024-02-29',
    decimal: '1.50',
    double: '0.1',
    duration: '1h30m',
    float: '0.5',
    inet: '::1',
    int: '-2147483648',
    smallint: '32767',
    text: 'naïve 日本',
    time: '23:59:59.5',
    timestamp: '2024-02-29T12:00:00Z',
    timeuuid: 'd2177dd0-eaa2-11de-a572-001b779c76e3',
    tinyint: '127',
    uuid: '123e4567-e89b-42d3-a456-426614174000',
    varchar: 'x',
    varint: '123456789012345678901234567890',
  };
  const app = `
    import { defineBatchApp } from 'mysimbdp/sdk';
    export default defineBatchApp({
      wrangle(row) {
        // No text of a file is wrong for a text column: what an app makes of it can be.
        for (const name of Object.keys(row)) if (row[name] === 'NOT TEXT') row[name] = 5;
        return row;
      },
    });`;

  let fixture: PlatformFixture;
  before(async () => {
    const profile = `
batch: { files: { settleSeconds: 0 } }
tables:
  everything:
    columns: { id: int, ${cqlScalars.map((type) => `a_${type}: ${type}`).join(', ')} }
    partitionKey: [id]
apps:
  - { name: items, kind: batch, entry: apps/items/app.ts, files: "*.csv", format: { type: csv }, table: everything }
`;
    fixture = await PlatformFixture.create([{ name: 'types', profile, files: { 'apps/items/app.ts': app } }]);
  });
  after(() => fixture.dispose());

  it('quarantines what does not convert and names the column; the rest is stored', async () => {
    const quoted = (texts: string[]) => `${texts.map((text) => `"${text}"`).join(',')}\n`;
    const bad = cqlScalars.map((type, index) => {
      const values = cqlScalars.map((other) => (other === type ? wrong[type] : ''));
      return quoted([String(index + 1), ...values]);
    });
    const good = quoted(['0', ...cqlScalars.map((type) => right[type])]);
    const header = quoted(['id', ...cqlScalars.map((type) => `a_${type}`)]);
    await fixture.stage('types', 'types.csv', header + bad.join('') + good);
    await fixture.run('types');
    const count = cqlScalars.length;
    const record = await expectFile(fixture, 'types', 'types.csv', {
      outcome: 'partial',
      counts: [count + 1, 1, 0, count],
      place: 'archive',
    });
    const rejects = await fixture.rejects(record);
    assert.deepEqual(
      rejects.map(({ line, column }) => [line, column]),
      cqlScalars.map((type, index) => [index + 2, `a_${type}`]),
    );
    for (const reject of rejects) {
      assert.match(String(reject.code), /^(INVALID_VALUE|VALUE_OUT_OF_RANGE|WRONG_VALUE_TYPE)$/);
      assert.ok(String(reject.reason).length > 10, JSON.stringify(reject));
    }
    const [row] = await fixture.rows('types', 'everything');
    assert.deepEqual(
      [row?.id, row?.a_bigint, row?.a_decimal, row?.a_text, row?.a_varint, row?.a_date],
      [0, 9223372036854775807n, '1.50', right.text, 123456789012345678901234567890n, '2024-02-29'],
    );
  });
});

describe('values that no column of their type can hold', () => {
  const digits = '9'.repeat(10_001);
  /** By type: the smallest that are too large or too small, and the largest and smallest that fit. */
  const bounds: Partial<Record<(typeof cqlScalars)[number], { over: string[]; fit: string[] }>> = {
    tinyint: { over: ['128', '-129'], fit: ['127', '-128'] },
    smallint: { over: ['32768', '-32769'], fit: ['32767', '-32768'] },
    int: { over: ['2147483648', '-2147483649'], fit: ['2147483647', '-2147483648'] },
    bigint: {
      over: ['9223372036854775808', '-9223372036854775809', digits],
      fit: ['9223372036854775807', '-9223372036854775808'],
    },
    varint: { over: [digits, `-${digits}`], fit: [digits.slice(1)] },
    decimal: { over: [digits, `0.${digits}`, '1e2147483648', '1e-2147483648'], fit: ['1e2147483647', '1e-2147483647'] },
    float: { over: ['3.5e38', '-3.5e38', '1e400'], fit: ['3.4028234e38', '-3.4028234e38', '1e-60'] },
    double: { over: ['1.8e308', '-1.8e308', '1e400'], fit: ['1.7976931348623157e308', '-1.7976931348623157e308'] },
    time: { over: ['24:00:00', '23:60:00'], fit: ['23:59:59.999999999'] },
    timestamp: { over: ['2024-01-01T24:00:00Z', '2024-01-01T00:00:00+19:00'], fit: ['9999-12-31T23:59:59.999Z'] },
    duration: { over: ['2147483648mo', '-2147483649d'], fit: ['2147483647mo', '-2147483647d'] },
  };
  const all = (which: 'over' | 'fit') =>
    Object.entries(bounds).flatMap(([type, values]) => values[which].map((value) => ({ type, value })));
  let fixture: PlatformFixture;
  before(async () => {
    const types = Object.keys(bounds);
    const profile = `
batch: { files: { settleSeconds: 0 } }
tables:
  bounds:
    columns: { id: int, ${types.map((type) => `a_${type}: ${type}`).join(', ')} }
    partitionKey: [id]
apps:
  - { name: items, kind: batch, entry: apps/items/app.ts, files: "*.csv", format: { type: csv }, table: bounds }
`;
    const app = 'export default { wrangle: (row) => ({ ...row }) };';
    fixture = await PlatformFixture.create([{ name: 'acme', profile, files: { 'apps/items/app.ts': app } }]);
    const line = ({ type, value }: { type: string; value: string }, id: number) =>
      `${[id, ...types.map((other) => (other === type ? value : ''))].join(',')}\n`;
    const content = [...all('over'), ...all('fit')].map(line).join('');
    await fixture.stage('acme', 'bounds.csv', `id,${types.map((type) => `a_${type}`).join(',')}\n${content}`);
    await fixture.run('acme');
  });
  after(() => fixture.dispose());

  it('are in quarantine, each with its column and the range', async () => {
    const over = all('over');
    const record = await expectFile(fixture, 'acme', 'bounds.csv', {
      outcome: 'partial',
      counts: [over.length + all('fit').length, all('fit').length, 0, over.length],
      place: 'archive',
    });
    const rejects = await fixture.rejects(record);
    assert.deepEqual(
      rejects.map(({ line, column, code }) => [line, column, code]),
      over.map(({ type }, i) => [i + 2, `a_${type}`, 'VALUE_OUT_OF_RANGE']),
    );
    for (const { reason } of rejects) assert.match(String(reason), /is out of range for|has more than 10000 digits/);
  });

  it('are none of the largest and smallest that fit', async () => {
    const stored = await fixture.rows('acme', 'bounds');
    assert.deepEqual(
      stored.map(({ id }) => Number(id)).sort((a, b) => a - b),
      all('fit').map((_, i) => all('over').length + i),
    );
    const whole = new Set(['tinyint', 'smallint', 'int', 'bigint', 'varint']);
    for (const [i, { type, value }] of all('fit').entries()) {
      const row = stored.find(({ id }) => id === all('over').length + i);
      if (whole.has(type)) assert.equal(String(row?.[`a_${type}`]), value, type);
      else assert.notEqual(row?.[`a_${type}`], null, `${type} ${value}`);
    }
  });
});

describe('gzip data that end too early', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }, { name: 'other' }]);
  });
  after(() => fixture.dispose());

  it('store what is before the cut; the complete file then makes it right', async () => {
    const complete = gzipSync(`id,name\n${lines(3000)}`);
    await fixture.stage('acme', 'items.csv.gz', complete.subarray(0, complete.length / 2));
    await fixture.stage('other', 'items.csv', 'id,name\n1,a\n');
    await fixture.run();
    const cut = await expectFile(fixture, 'acme', 'items.csv.gz', {
      outcome: 'failed',
      cause: 'GZIP_TRUNCATED',
      says: /cut short.*stage the complete file/,
      place: 'quarantine',
    });
    const before = await storedKeys(fixture, 'acme');
    assert.ok(before.length > 1000 && before.length < 3000, `${before.length} rows are stored`);
    assert.equal(cut.counters.stored, before.length);
    assert.deepEqual(
      before,
      before.map((_, i) => i + 1),
    );
    await expectFile(fixture, 'other', 'items.csv', { outcome: 'ingested', counts: [1, 1, 0, 0], place: 'archive' });

    await fixture.stage('acme', 'items.csv.gz', complete);
    await fixture.run('acme');
    await expectFile(fixture, 'acme', 'items.csv.gz', {
      outcome: 'ingested',
      counts: [3000, 3000, 0, 0],
      place: 'archive',
    });
    const after = await fixture.rows('acme');
    assert.equal(after.length, 3000);
    for (const { id, name } of after) assert.equal(name, `name of ${((Number(id) - 1) * 7919) % 1009}`);
  });
});

describe('staging', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
  });
  after(() => fixture.dispose());

  it('never touches what is hidden, unfinished or a folder', async () => {
    const names = ['.hidden.csv', 'items.csv.part', 'items.CSV.TMP', 'items.csv.tmp'];
    for (const name of names) await fixture.stage('acme', name, 'id,name\n1,a\n');
    await mkdir(join(fixture.folder.staging('acme'), 'folder.csv'));
    const { records } = await fixture.run('acme');
    assert.deepEqual(records, []);
    assert.deepEqual(await fixture.log('acme'), []);
    assert.deepEqual(await fixture.staging('acme'), [...names, 'folder.csv'].sort());
  });

  it('takes a file once it has its final name', async () => {
    const staging = fixture.folder.staging('acme');
    await rename(join(staging, 'items.csv.part'), join(staging, 'items.csv'));
    fixture.staged.set('acme/items.csv', Buffer.from('id,name\n1,a\n'));
    await fixture.run('acme');
    await expectFile(fixture, 'acme', 'items.csv', { outcome: 'ingested', counts: [1, 1, 0, 0], place: 'archive' });
  });

  it('does not follow a symbolic link', async () => {
    const outside = join(fixture.folder.root, 'outside.csv');
    await writeFile(outside, 'id,name\n66,secret\n');
    await symlink(outside, join(fixture.folder.staging('acme'), 'link.csv'));
    await symlink('../../../..', join(fixture.folder.staging('acme'), 'up.csv'));
    await fixture.run('acme');
    for (const file of ['link.csv', 'up.csv']) {
      const record = (await fixture.log('acme')).find((one) => one.file === file);
      assert.equal(record?.outcome, 'refused');
      assert.equal(record.cause?.code, 'SYMBOLIC_LINK');
      assert.match(record.cause.message, /not followed/);
      assert.equal(record.location, `tenants/acme/staging/${file}`);
    }
    assert.equal(await readFile(outside, 'utf8'), 'id,name\n66,secret\n');
    assert.deepEqual(await storedKeys(fixture, 'acme'), [1]);
  });

  it('does not open what is not a regular file', async function () {
    const pipe = join(fixture.folder.staging('acme'), 'pipe.csv');
    if (process.platform === 'win32' || spawnSync('mkfifo', [pipe]).status !== 0) this.skip();
    await fixture.run('acme');
    const record = (await fixture.log('acme')).find((one) => one.file === 'pipe.csv');
    assert.equal(record?.outcome, 'refused');
    assert.equal(record.cause?.code, 'NOT_A_FILE');
  });

  it('tells of a refused file once, not at each look and not after a restart; of a changed one again', async () => {
    await fixture.stage('acme', 'items.txt', 'one');
    const told = async () => (await fixture.log('acme')).filter(({ file }) => file === 'items.txt').length;
    await fixture.run('acme');
    await fixture.run('acme');
    assert.equal(await told(), 1);
    await fixture.down();
    await fixture.run('acme');
    assert.equal(await told(), 1);
    const { records } = await fixture.run('acme');
    assert.ok(
      records.some(({ file, outcome }) => file === 'items.txt' && outcome === 'refused'),
      'a demand does not tell what is kept out',
    );
    await fixture.stage('acme', 'items.txt', 'another');
    await fixture.run('acme');
    assert.equal(await told(), 2);
    await expectFile(fixture, 'acme', 'items.txt', {
      outcome: 'refused',
      cause: 'WRONG_EXTENSION',
      place: 'staging',
    });
  });

  it('keeps refused files of one name apart in quarantine', async () => {
    const profile = itemsProfile({ batch: '{ files: { settleSeconds: 0, refused: quarantine } }' });
    await fixture.addTenant({ name: 'strict', profile });
    await (await fixture.up()).controlPlane.addTenant('strict');
    for (const content of ['one', 'two']) {
      await fixture.stage('strict', 'items.txt', content);
      await fixture.run('strict');
    }
    const log = await fixture.log('strict');
    assert.deepEqual(
      log.map(({ location }) => location),
      ['.mysimbdp/quarantine/strict/refused/files/items.1.txt', '.mysimbdp/quarantine/strict/refused/files/items.txt'],
    );
    assert.deepEqual(await Promise.all(log.map(({ location }) => fixture.read(location!))), ['two', 'one']);
  });
});

describe('quarantine', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  const names = ['a.ndjson', 'a.ndjson.rejected.ndjson', 'a.ndjson.reason.json'];

  it('keeps rejected records and reasons apart from failed files, whatever their names', async () => {
    const profile = itemsProfile({
      format: '{ type: ndjson }',
      files: '*json',
      batch: '{ files: { settleSeconds: 0, extensions: [ndjson, json] } }',
      app: 'tolerance: { quarantinedPercent: 10 }',
    });
    fixture = await PlatformFixture.create([{ name: 'acme', profile }], 'limits: { extensions: [ndjson, json] }');
    for (const [n, file] of names.entries()) await fixture.stage('acme', file, `{"id":"bad ${n}"}\n`, 60 - n);
    await fixture.run('acme');
    for (const [n, file] of names.entries()) {
      const record = await expectFile(fixture, 'acme', file, {
        outcome: 'failed',
        cause: 'TOLERANCE_EXCEEDED',
        counts: [1, 0, 0, 1],
        place: 'quarantine',
      });
      const [reject] = await fixture.rejects(record);
      assert.deepEqual([reject?.file, reject?.raw], [file, `{"id":"bad ${n}"}`]);
    }
  });

  it('keeps reasons apart from refused files, whatever their names', async () => {
    const profile = itemsProfile({ batch: '{ files: { settleSeconds: 0, refused: quarantine } }' });
    fixture = await PlatformFixture.create([{ name: 'acme', profile }]);
    const refused = ['a.txt.reason.json', 'a.txt'];
    for (const [n, file] of refused.entries()) await fixture.stage('acme', file, `${n}`, 60 - n);
    await fixture.run('acme');
    for (const file of refused) {
      await expectFile(fixture, 'acme', file, { outcome: 'refused', cause: 'WRONG_EXTENSION', place: 'refused' });
    }
  });
});

describe('a name of a file', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  it('that is too long for those of its records is refused, and the file is in quarantine with its reason', async () => {
    const profile = itemsProfile({ batch: '{ files: { settleSeconds: 0, refused: quarantine } }' });
    fixture = await PlatformFixture.create([{ name: 'acme', profile }]);
    const name = `${'x'.repeat(240)}.csv`;
    for (let n = 0; n < 2; n++) {
      await fixture.stage('acme', name, `${n}`);
      await fixture.run('acme');
    }
    const [second, first] = await fixture.log('acme');
    for (const [record, text] of [[first, '0'] as const, [second, '1'] as const]) {
      assert.deepEqual([record?.outcome, record?.cause?.code], ['refused', 'FILE_NAME_TOO_LONG']);
      assert.equal(await fixture.read(record?.location ?? ''), text);
      const reason = JSON.parse(await fixture.read(reasonPath(record?.location ?? ''))) as Record<string, unknown>;
      assert.deepEqual([reason.file, reason.code], [name, 'FILE_NAME_TOO_LONG']);
    }
    assert.deepEqual(await fixture.staging('acme'), []);
  });

  it('can have a backslash where it is no separator', async function () {
    if (sep === '\\') this.skip();
    fixture = await PlatformFixture.create([
      { name: 'acme', files: { 'apps/items/app.ts': 'export default { wrangle() { process.exit(3); } };' } },
    ]);
    const record = await fixture.ingest('acme', 'a\\b.csv', 'id,name\n1,a\n');
    assert.equal(record.location, '.mysimbdp/quarantine/acme/acme-1/files/a\\b.csv');
    assert.match(await fixture.read(record.location), /1,a/);
    await fixture.down();
    assert.equal(await restage(fixture.folder, 'acme', record.location, record.file), 'a\\b.csv');
  });
});

describe('a tenant name with path characters', () => {
  let fixture: PlatformFixture;
  before(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
  });
  after(() => fixture.dispose());

  it('is not registered', async () => {
    const { controlPlane } = await fixture.up();
    const before = await fixture.read('mysimbdp.yaml');
    for (const name of ['../acme', 'acme/../acme', '..', 'a\\b', 'acme\0', 'Acme', '']) {
      await assert.rejects(controlPlane.addTenant(name), { name: 'PlatformError', code: 'TENANT_NOT_PRESENT' });
    }
    assert.equal(await fixture.read('mysimbdp.yaml'), before);
  });

  it('is no tenant though its folder is there', async () => {
    await fixture.write('tenants/..acme/tenant.yaml', `tenant: ..acme\n${itemsProfile()}`);
    await fixture.write('tenants/..acme/staging/items.csv', 'id,name\n1,a\n');
    await fixture.write('tenants/Big Name/tenant.yaml', `tenant: Big Name\n${itemsProfile()}`);
    await fixture.down();
    const { controlPlane } = await fixture.up();
    const { tenants } = await controlPlane.status();
    assert.deepEqual(
      tenants.map(({ tenant }) => tenant),
      ['acme'],
    );
    await assert.rejects(controlPlane.addTenant('Big Name'), { code: 'TENANT_NOT_PRESENT' });
    await assert.rejects(async () => controlPlane.demandBatch({ tenant: '../acme' }), { code: 'TENANT_NOT_FOUND' });
    assert.equal(await fixture.read('tenants/..acme/staging/items.csv'), 'id,name\n1,a\n');
    const log = await fixture.read('.mysimbdp/logs/platform.log');
    assert.match(log, /INVALID_NAME.*Big Name|Big Name.*INVALID_NAME/);
  });

  it('in mysimbdp.yaml is a diagnostic; the tenants go on as before', async () => {
    const before = await fixture.read('mysimbdp.yaml');
    await fixture.write('mysimbdp.yaml', `${before}  - name: ../acme\n`);
    const record = await fixture.ingest('acme', 'items.csv', 'id,name\n1,a\n');
    assert.equal(record.outcome, 'ingested');
    const { diagnostics } = await loadPlatform(fixture.folder);
    const [found, ...more] = diagnostics.filter(({ file }) => file === 'mysimbdp.yaml');
    assert.deepEqual([found?.severity, found?.code, more], ['error', 'INVALID_NAME', []]);
    assert.equal(found?.line, before.split('\n').length);
    assert.match(found.message, /"\.\.\/acme" is not a name/);
    const told = await until(5000, 'the diagnostic in the log', async () => {
      const lines = (await fixture.read('.mysimbdp/logs/platform.log')).split('\n');
      return lines.find((text) => text.includes('"mysimbdp.yaml"') && text.includes('../acme'));
    });
    assert.match(told, /"level":"error"/);
    await fixture.write('mysimbdp.yaml', before);
  });
});
