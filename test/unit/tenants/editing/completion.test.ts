import assert from 'node:assert/strict';
import { proposalsAt } from '../../../../src/tenants/editing/completion.ts';
import type { Proposal } from '../../../../src/tenants/editing/proposal.ts';
import type { Files } from '../platform-fixture.ts';
import { platformFile } from '../platform-fixture.ts';
import { atCursor, staged, typing, withEdited } from './fixture.ts';

async function proposals(marked: string, files: Files = {}, tenant: string | null = 'shop'): Promise<Proposal[]> {
  const { text, offset } = atCursor(marked);
  return withEdited({ text, files, tenant }, (edited) => proposalsAt(edited, offset));
}

/** The file after the first proposal with that label was taken. */
async function taking(label: string, marked: string, files: Files = {}): Promise<string> {
  const found = (await proposals(marked, files)).find((one) => one.label === label);
  assert.ok(found, `${label} is not proposed`);
  const { text } = atCursor(marked);
  return text.slice(0, found.from) + found.insert + text.slice(found.to);
}

const labels = (found: Proposal[]) => found.map(({ label }) => label);
const sample = staged('day.tsv', 'id\tSold on\tprice\tcity\n1\t2026-01-02\t1.5\tGraz\n2\t2026-01-03\t2.5\tLinz\n');

describe('completion in a profile', () => {
  it('proposes keys at the top that are not there yet, with what they are about', async () => {
    const found = await proposals('tenant: shop\n▮\napps: []\n');
    assert.deepEqual(labels(found), ['plan', 'batch', 'tables']);
    assert.match(found[0]?.documentation ?? '', /A plan of mysimbdp\.yaml/);
    assert.equal(found[2]?.detail, 'required');
  });

  it('proposes the keys of a part by the indentation of the cursor', async () => {
    assert.deepEqual(labels(await proposals(typing('batch:\n', 'batch:\n  ▮\n'))), ['quota', 'concurrency']);
  });

  it('proposes keys for a word that has begun, and replaces the word', async () => {
    assert.ok((await taking('plan', typing('plan: gold', 'pl▮'))).includes('\nplan: \n'));
  });

  it('replaces only the key where a colon is behind it', async () => {
    const text = await taking('schedule', typing('    table: sales\n', '    table: sales\n    sched▮: manual\n'));
    assert.ok(text.includes('\n    schedule: manual\n'), text);
  });

  it('proposes keys inside of braces', async () => {
    const found = await proposals(typing('maxFiles: 2,', 'maxFiles: 2, set▮,'));
    assert.ok(labels(found).includes('settleSeconds'));
    assert.ok(!labels(found).includes('maxFiles'));
  });

  it('gives with a key the default that holds without it', async () => {
    const found = await proposals(typing('batch:\n', 'batch:\n  quota:\n    ▮\n'));
    assert.equal(found.find(({ label }) => label === 'mbPerDay')?.detail, 'default: 900');
  });

  it('proposes the keys of a format by its type', async () => {
    const csv = labels(await proposals(typing('quote: none', '▮')));
    assert.ok(csv.includes('header') && !csv.includes('type'), csv.join());
    const ndjson = labels(
      await proposals(typing('{ type: csv, delimiter: "\\t", quote: none }', '{ type: ndjson, ▮ }')),
    );
    assert.deepEqual(ndjson, ['nulls', 'encoding', 'compression']);
    assert.deepEqual(labels(await proposals(typing('{ type: csv, delimiter: "\\t", quote: none }', '{ type: ▮ }'))), [
      'csv',
      'ndjson',
    ]);
  });

  it('begins parts with the indentation they need', async () => {
    const text = await taking('resources', typing('    table: sales\n', '    table: sales\n    ▮\n'));
    assert.ok(text.includes('\n    resources:\n      \n'), text);
  });

  for (const [what, from, to, expected] of [
    ['plans of mysimbdp.yaml', 'plan: gold', 'plan: ▮', ['gold']],
    ['tables of the profile', 'table: sales', 'table: ▮', ['sales']],
    ['columns that are not in the key yet', 'partitionKey: [id]', 'partitionKey: [▮]', ['id', 'price', 'tags']],
    [
      'columns in a key written as a list',
      'clusteringKey: [day]',
      'clusteringKey:\n      - ▮',
      ['day', 'price', 'tags'],
    ],
    ['words that the schema lists', 'maxFiles: 2,', 'refused: ▮,', ['leave', 'quarantine']],
    ['endings that the platform takes', '[tsv]', '[tsv, ▮]', ['csv', 'tsv', 'csv.gz']],
    ['globs for the endings of the profile', 'files: "*.tsv"', 'files: ▮', ['*.tsv']],
    ['the name of the folder', 'tenant: shop', 'tenant: ▮', ['shop']],
    ['apps that are there', 'entry: apps/sales/app.ts', 'entry: ▮', ['apps/sales/app.ts']],
    ['true and false', 'quote: none', 'header: ▮', ['true', 'false']],
  ] as const)
    it(`proposes ${what}`, async () => assert.deepEqual(labels(await proposals(typing(from, to))), expected));

  it('proposes the types of CQL, spelt so that braces do not cut them', async () => {
    const found = labels(await proposals(typing('price: double', 'price: ▮')));
    assert.ok(found.includes('timestamp') && found.includes('map<text, text>'));
    const text = await taking('map<text, text>', 'tables: { a: { columns: { x: ▮ } } }\n');
    assert.ok(text.includes("{ x: 'map<text, text>' }"), text);
  });

  it('quotes what YAML would take for something else', async () => {
    assert.ok((await taking('*.tsv', typing('files: "*.tsv"', 'files: ▮'))).includes("files: '*.tsv'"));
    assert.ok((await taking('tab', typing('delimiter: "\\t"', 'delimiter: ▮'))).includes('delimiter: "\\t"'));
  });

  it('proposes schedules and cron expressions', async () => {
    const found = labels(await proposals(typing('    table: sales\n', '    table: sales\n    schedule: ▮\n')));
    assert.ok(found.includes('on-arrival') && found.includes('0 2 * * *'));
  });

  it('proposes what a sample has: columns with types for the table, titles for the format', async () => {
    const columns = await proposals(typing('      tags: list<text>\n', '      ▮\n'), sample);
    assert.deepEqual(
      columns.map(({ insert }) => insert),
      ['sold_on: date', 'city: text'],
    );
    const listed = await proposals(typing('quote: none', 'quote: none, columns: [id, ▮]'), sample);
    assert.deepEqual(labels(listed), ['Sold on', 'price', 'city']);
    const [first] = await proposals(typing('price: double', 'city: ▮'), sample);
    assert.deepEqual([first?.label, first?.detail], ['text', 'fits city of the sample']);
  });

  it('begins a whole app, a table', async () => {
    const app = (await proposals(typing('    table: sales\n', '    table: sales\n  - ▮\n'))).find(
      ({ label }) => label === 'app',
    );
    assert.match(app?.insert ?? '', /^name: \$\{1:load\}\n {4}kind: batch\n/);
    assert.match(app?.insert ?? '', /table: \$\{2:sales\}$/);
    const first = (await proposals('tenant: shop\napps:\n  ▮\n')).find(({ label }) => label === 'app');
    assert.match(first?.insert ?? '', /^- name: .*\n {4}kind: batch\n/);
    const table = (await proposals(typing('tables:\n', 'tables:\n  ▮\n'))).find(({ label }) => label === 'table');
    assert.match(table?.insert ?? '', /\n {4}columns:\n {6}\$\{2:id\}/);
  });

  it('says nothing in a comment, and stands text that is no YAML', async () => {
    assert.deepEqual(await proposals(typing('plan: gold', 'plan: gold # ▮')), []);
    assert.deepEqual(await proposals('{{{ ]▮'), []);
  });

  it('writes the line ends of the file', async () => {
    const found = await proposals(typing('tables:\n', 'tables:\n  ▮\n').replaceAll('\n', '\r\n'));
    assert.ok(found[0]?.insert.includes('\r\n') && !/[^\r]\n/.test(found[0].insert));
  });
});

describe('completion in mysimbdp.yaml', () => {
  const inPlatform = (from: string, to: string, files?: Files) =>
    proposals(
      platformFile.replace(from, () => to),
      files,
      null,
    );

  it('proposes time zones', async () => {
    const found = labels(await inPlatform('platform: test\n', 'platform: test\ntimeZone: ▮\n'));
    assert.equal(found[0], 'UTC');
    assert.ok(found.includes('Europe/Helsinki'));
  });

  it('proposes tenants that are present and not registered', async () => {
    const found = await inPlatform('  - name: shop\n', '  - name: shop\n  - name: ▮\n', {
      'tenants/books/tenant.yaml': '',
    });
    assert.deepEqual(labels(found), ['books']);
  });

  it('proposes limits with their defaults', async () => {
    const found = await inPlatform('  memoryMb: 1024\n', '  ▮\n');
    assert.equal(found.find(({ label }) => label === 'concurrentRuns')?.detail, 'default: 2');
  });
});
