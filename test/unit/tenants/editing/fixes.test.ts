import assert from 'node:assert/strict';
import { splice } from '../../../../src/tenants/text-edits.ts';
import { checkEdited } from '../../../../src/tenants/editing/check-edited.ts';
import type { Fix } from '../../../../src/tenants/editing/fixes.ts';
import { fixesFor } from '../../../../src/tenants/editing/fixes.ts';
import type { Files } from '../platform-fixture.ts';
import { platformFile, profile } from '../platform-fixture.ts';
import { staged, typing, withEdited } from './fixture.ts';

/** The ways to mend the first problem with that code. */
async function fixes(text: string, code: string, files: Files = {}, tenant: string | null = 'shop'): Promise<Fix[]> {
  return withEdited({ text, files, tenant }, async (edited) => {
    const found = await checkEdited({ ...edited, trusted: true, carried: [] });
    const diagnostic = found.find((one) => one.code === code);
    assert.ok(diagnostic, `no ${code} in ${found.map((one) => one.code).join(', ')}`);
    return fixesFor(edited, diagnostic);
  });
}

async function mended(text: string, code: string, files: Files = {}, tenant: string | null = 'shop'): Promise<string> {
  const [fix] = await fixes(text, code, files, tenant);
  assert.ok(fix, `nothing mends ${code}`);
  return fix.changes.reduce((result, { from, to, insert }) => splice(result, from, to, insert), text);
}

const sample = staged('day.tsv', 'id\tSold on\tcity\n1\t2026-01-02\tGraz\n2\t2026-01-03\tLinz\n');

describe('quick fixes', () => {
  for (const [what, code, from, to] of [
    ['a misspelt key', 'UNKNOWN_KEY', 'plan: gold', 'paln: gold'],
    ['a misspelt table, with its quotes', 'UNKNOWN_TABLE', 'table: sales', 'table: sale'],
    ['a misspelt plan', 'UNKNOWN_PLAN', 'plan: gold', 'plan: glod'],
    ['a misspelt type', 'INVALID_CQL_TYPE', 'price: double', 'price: duoble'],
    ['a misspelt word in braces', 'INVALID_VALUE', '{ type: csv,', '{ type: cvs,'],
    ['a misspelt entry', 'ENTRY_NOT_FOUND', 'sales/app.ts', 'sales/ap.ts'],
    ['a misspelt column in a key', 'UNKNOWN_COLUMN', '[day]', '[dya]'],
    ['another name than the folder', 'TENANT_NAME_MISMATCH', 'tenant: shop', 'tenant: shops'],
  ] as const)
    it(`mend ${what}, and nothing else`, async () => {
      const commented = `# über all\n${profile}\n# the end`;
      const broken = commented.replace(from, () => to);
      assert.equal(await mended(broken, code), commented);
      const windows = (text: string) => text.replaceAll('\n', '\r\n');
      assert.equal(await mended(windows(broken), code), windows(commented));
    });

  it('keep the quotes that were there', async () => {
    assert.ok((await mended(typing('plan: gold', "plan: 'glod'"), 'UNKNOWN_PLAN')).includes("plan: 'gold'\n"));
    assert.ok(
      (await mended(typing('plan: gold', 'plan: "glod" # why'), 'UNKNOWN_PLAN')).includes('plan: "gold" # why\n'),
    );
  });

  it('give a limit as a number', async () => {
    const text = typing('maxFileSizeMb: 100', 'maxFileSizeMb: 900');
    assert.equal(await mended(text, 'OVER_PLATFORM_LIMIT'), typing('maxFileSizeMb: 100', 'maxFileSizeMb: 500'));
  });

  it('quote a type that braces would cut', async () => {
    const text = typing('      tags: list<text>\n', '')
      .replace('columns:\n', 'columns:\n')
      .replace('price: double', 'price: map');
    const inFlow = `tenant: shop\ntables: { a: { columns: { x: map }, partitionKey: [x] } }\napps: []\n`;
    assert.ok((await mended(text, 'INVALID_CQL_TYPE')).includes('price: map<text, text>\n'));
    assert.ok((await mended(inFlow, 'INVALID_CQL_TYPE')).includes("x: 'map<text, text>' }"));
  });

  it('add a missing key at the end of its map, before a comment below', async () => {
    const without = typing('    table: sales\n', '').replace('apps:\n', 'apps: # all\n') + '\n# below\n';
    const expected = `${without.slice(0, without.indexOf('\n\n# below'))}\n    table: sales\n\n# below\n`;
    assert.equal(await mended(without, 'MISSING_KEY'), expected);
  });

  it('add a missing key inside of braces, and to a file without a line end', async () => {
    const plans = 'platform: test\nplans: { gold: { } }';
    assert.equal(await mended(plans, 'MISSING_KEY', {}, null), 'platform: test\nplans: { gold: { weight: 1 } }');
    assert.equal(await mended('# mine', 'WRONG_TYPE').catch(() => ''), '');
    assert.equal(await mended('tables: {}\napps: []', 'MISSING_KEY'), 'tables: {}\napps: []\ntenant: shop');
    assert.match(
      await mended(platformFile.replace('platform: test\n', ''), 'MISSING_KEY', {}, null),
      /\nplatform: [a-z]\w*\n$/,
    );
  });

  it('add the format and glob that fit', async () => {
    const text = typing('    files: "*.tsv"\n', '');
    assert.ok((await mended(text, 'MISSING_KEY')).endsWith("    table: sales\n    files: '*.tsv'\n"));
  });

  it('add a partition key, also where the list is empty', async () => {
    assert.ok(
      (await mended(typing('    partitionKey: [id]\n', ''), 'NO_PARTITION_KEY')).includes(
        '[day]\n    partitionKey: [id]\napps:',
      ),
    );
    assert.equal(await mended(typing('partitionKey: [id]', 'partitionKey: []'), 'NO_PARTITION_KEY'), profile);
  });

  it('declare a column with the type that a sample has', async () => {
    const text = typing('clusteringKey: [day]', 'clusteringKey: [day, sold_on]');
    const found = await fixes(text, 'UNKNOWN_COLUMN', sample);
    const declared = found.find(({ kind }) => kind === 'declare-column');
    assert.deepEqual([declared?.name, declared?.value], ['sold_on', 'date']);
    const [{ from, to, insert }] = declared?.changes as [Fix['changes'][number]];
    assert.equal(splice(text, from, to, insert), text.replace('list<text>\n', 'list<text>\n      sold_on: date\n'));
  });

  it('declare a table with the columns of a sample', async () => {
    const text = typing('table: sales', 'table: turnover');
    const expected = text.replace(
      'apps:\n',
      '  turnover:\n    columns:\n      id: int\n      sold_on: date\n      city: text\n    partitionKey: [id]\napps:\n',
    );
    assert.equal(await mended(text, 'UNKNOWN_TABLE', sample), expected);
  });

  it('make the file of an app that is missing, of the columns that there are', async () => {
    const found = await fixes(typing('apps/sales/app.ts', 'apps/turnover/app.ts'), 'ENTRY_NOT_FOUND', {
      ...staged('day.tsv', 'id\tDay\n1\t2026-01-02\n2\t2026-01-03\n'),
    });
    const create = found.find(({ kind }) => kind === 'create-file')?.create;
    assert.equal(create?.file, 'tenants/shop/apps/turnover/app.ts');
    assert.match(create.text, /import \{ defineBatchApp \} from 'mysimbdp\/sdk';/);
    assert.match(create.text, /\n {6}id: row\.id,\n {6}day: row\.Day,\n {6}price: null,/);
  });

  it('make no file outside of the tenant, and none that is there', async () => {
    const outside = await fixes(typing('apps/sales/app.ts', '../other.ts'), 'PATH_OUTSIDE_TENANT');
    assert.deepEqual(outside, []);
  });

  it('name the column that a sample has', async () => {
    const text = typing('quote: none', 'quote: none, columns: [id, Sold at]');
    assert.equal(await mended(text, 'SAMPLE_LACKS_COLUMN', sample), text.replace('Sold at', 'Sold on'));
  });

  it('do not touch a file that is no YAML', async () => {
    assert.deepEqual(await fixes('tenant: [', 'YAML_SYNTAX'), []);
  });
});
