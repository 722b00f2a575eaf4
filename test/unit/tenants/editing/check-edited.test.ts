import assert from 'node:assert/strict';
import { connectCoreDms } from '../../../../src/coredms/connect.ts';
import { noSecrets } from '../../../../src/protocol/jobs.ts';
import { gzipSync } from 'node:zlib';
import { checkEdited, type EditedDiagnostic } from '../../../../src/tenants/editing/check-edited.ts';
import type { TableSpec } from '../../../../src/protocol/tables.ts';
import type { Files } from '../platform-fixture.ts';
import { platformFile, profile } from '../platform-fixture.ts';
import { staged, typing, withEdited } from './fixture.ts';

interface Circumstances {
  files?: Files;
  tenant?: string | null;
  deployed?: TableSpec;
  trusted?: boolean;
  carried?: EditedDiagnostic[];
}

async function check(text: string, options: Circumstances = {}): Promise<EditedDiagnostic[]> {
  const { files = {}, tenant = 'shop', deployed, trusted = true, carried = [] } = options;
  return withEdited({ text, files, tenant }, async (edited) => {
    if (deployed) {
      const target = { kind: 'embedded', file: edited.folder.embeddedKeyspace('shop'), keyspace: 'shop' } as const;
      const coreDms = await connectCoreDms({ target, secrets: noSecrets }, 'write');
      await coreDms.ensureTable(deployed);
      await coreDms.dispose();
    }
    return checkEdited({ ...edited, trusted, carried });
  });
}

const places = (found: EditedDiagnostic[]) =>
  found.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`);
const withColumns = typing('quote: none', 'quote: none, columns: [id, day, city]');
const deployed: TableSpec = {
  name: 'sales',
  columns: [
    { name: 'id', type: 'varchar' },
    { name: 'day', type: 'date' },
    { name: 'price', type: 'double' },
  ],
  partitionKey: ['id'],
  clusteringKey: ['day'],
};

describe('the check of an edited profile', () => {
  it('finds nothing in a sound one', async () => {
    assert.deepEqual(await check(profile, { deployed, files: staged('a.tsv', 'id\tday\tprice\n1\t2\t3\n') }), []);
  });

  it('takes the text as it is typed, not the file', async () => {
    assert.deepEqual(places(await check(typing('plan: gold', 'paln: gold'))), ['2:1 error UNKNOWN_KEY']);
  });

  it('holds columns against the header of a file that the app would take', async () => {
    const found = await check(withColumns, { files: staged('a.tsv', 'id\tday\tcitty\n1\t2\t3\n') });
    assert.deepEqual(places(found), ['19:75 warning SAMPLE_LACKS_COLUMN']);
    assert.match(found[0]?.message ?? '', /staging\/a\.tsv has no column "city"; it has id, day, citty/);
    assert.equal(found[0]?.suggestion, 'citty');
  });

  it('looks at files that the glob takes, samples first, gzipped or not', async () => {
    const other = staged('a.csv', 'x\n');
    assert.deepEqual(await check(withColumns, { files: other }), []);
    const first = { ...staged('a.tsv', 'x\ty\n'), 'tenants/shop/samples/b.tsv': 'id\tday\tcity\n' };
    assert.deepEqual(await check(withColumns, { files: first }), []);
    const packed = withColumns.replace('"*.tsv"', '"*.csv.gz"').replace('[tsv]', '[csv.gz]');
    const gzipped = { 'tenants/shop/staging/a.csv.gz': gzipSync('id\tday\n1\t2\n') };
    assert.deepEqual(places(await check(packed, { files: gzipped })), ['19:75 warning SAMPLE_LACKS_COLUMN']);
  });

  it('warns of a file that has nothing of the table', async () => {
    const found = await check(profile, { files: staged('a.tsv', 'foo\tbar\n1\t2\n') });
    assert.deepEqual(places(found), ['20:12 warning SAMPLE_FOREIGN']);
  });

  it('warns of another number of fields where there is no header', async () => {
    const text = withColumns.replace('quote: none', 'quote: none, header: false');
    const found = await check(text, { files: staged('a.tsv', '1\t2\n') });
    assert.deepEqual(places(found), ['19:71 warning SAMPLE_FIELD_COUNT']);
  });

  it('finds a key and a type that are other than those of the deployed table', async () => {
    const text = typing('clusteringKey: [day]', 'clusteringKey: [day, price]').replace('day: date', 'day: text');
    const found = await check(text, { deployed });
    assert.deepEqual(places(found), ['9:12 error DEPLOYED_TYPE_DIFFERS', '13:20 error DEPLOYED_KEY_DIFFERS']);
    assert.deepEqual([found[0]?.suggestion, found[1]?.suggestion], ['date', '[day]']);
    const without = typing('    clusteringKey: [day]\n', '');
    assert.deepEqual(places(await check(without, { deployed })), ['6:3 error DEPLOYED_KEY_DIFFERS']);
  });

  it('opens no store in a workspace that is not trusted', async () => {
    assert.deepEqual(await check(typing('day: date', 'day: text'), { deployed, trusted: false }), []);
  });

  it('tells what YAML and schema say by themselves', async () => {
    const structural = async (from: string, to: string) => (await check(typing(from, to))).map((one) => one.structural);
    assert.deepEqual(await structural('plan: gold', 'paln: gold'), [true]);
    assert.deepEqual(await structural('plan: gold', 'plan: glod'), [false]);
    assert.deepEqual(await structural('price: double', 'price: duoble'), [true]);
    assert.deepEqual(await structural('price: double', 'price: list<duoble>'), [false]);
    assert.deepEqual(await structural('maxFileSizeMb: 100', 'maxFileSizeMb: 900'), [false]);
  });

  it('keeps what only a look at all files finds, where it belongs now', async () => {
    const message = 'the tenant `shop` is declared twice';
    const old = { file: '', line: 9, column: 1, endLine: 9, endColumn: 2, structural: false } as const;
    const carried = [
      { ...old, severity: 'error', code: 'DUPLICATE_TENANT', message, path: ['tenant'] },
    ] as EditedDiagnostic[];
    assert.deepEqual(places(await check(`\n${profile}`, { carried })), ['2:9 error DUPLICATE_TENANT']);
  });
});

describe('the check of an edited mysimbdp.yaml', () => {
  it('finds a tenant that is not there', async () => {
    const found = await check(platformFile.replace('name: shop', 'name: shpo'), { tenant: null });
    assert.deepEqual(places(found), ['9:11 error TENANT_NOT_PRESENT']);
    assert.equal(found[0]?.suggestion, 'shop');
    assert.deepEqual(await check(platformFile, { tenant: null }), []);
  });
});
