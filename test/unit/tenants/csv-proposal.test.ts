import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { CsvProposal } from '../../../src/tenants/csv-proposal.ts';
import { proposeFromSample } from '../../../src/tenants/csv-proposal.ts';
import { inferColumn } from '../../../src/tenants/column-types.ts';

const data = (name: string) =>
  fileURLToPath(new URL(`../../../node_modules/vega-datasets/data/${name}`, import.meta.url));

async function proposal(content: string | Uint8Array): Promise<CsvProposal> {
  const folder = await mkdtemp(join(tmpdir(), 'mysimbdp-sample-'));
  try {
    await writeFile(join(folder, 'sample.csv'), content);
    return await proposeFromSample(join(folder, 'sample.csv'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a proposal from a sample file', () => {
  it('finds names, types and the need for a row number in birdstrikes.csv', async () => {
    const { columns, partitionKey, clusteringKey, delimiter, header, needsRowId, notes } = await proposeFromSample(
      data('birdstrikes.csv'),
    );
    assert.deepEqual(columns, {
      row_id: 'uuid',
      airport_name: 'text',
      aircraft_make_model: 'text',
      effect_amount_of_damage: 'text',
      flight_date: 'date',
      aircraft_airline_operator: 'text',
      origin_state: 'text',
      phase_of_flight: 'text',
      wildlife_size: 'text',
      wildlife_species: 'text',
      time_of_day: 'text',
      cost_other: 'int',
      cost_repair: 'int',
      cost_total: 'int',
      speed_ias_in_knots: 'int',
    });
    assert.deepEqual([partitionKey, clusteringKey, needsRowId], [['row_id'], [], true]);
    assert.equal(delimiter, ',');
    assert.equal(header[12], 'Cost Total $');
    assert.match(notes.join('\n'), /context\.rowId/);
  });

  it('writes the letters of European titles as names can have them', async () => {
    const { columns } = await proposal('Größe (cm),Straße,Œuvre,Łódź,Øre\n1,a,b,c,2\n');
    assert.deepEqual(Object.keys(columns), ['grosse_cm', 'strasse', 'oeuvre', 'lodz', 'ore']);
  });

  it('keeps the leading zeros of zipcodes.csv and finds its key', async () => {
    const { columns, partitionKey, clusteringKey, needsRowId } = await proposeFromSample(data('zipcodes.csv'));
    assert.deepEqual(columns, {
      zip_code: 'text',
      latitude: 'double',
      longitude: 'double',
      city: 'text',
      state: 'text',
      county: 'text',
    });
    assert.deepEqual([partitionKey, clusteringKey, needsRowId], [['zip_code'], [], false]);
  });

  it('combines columns to a key when none is unique alone', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `shop${i % 10},${2000 + Math.floor(i / 10)},${i % 7}.5`);
    const { partitionKey, clusteringKey } = await proposal(`store,year,turnover\n${rows.join('\n')}\n`);
    assert.deepEqual([...partitionKey, ...clusteringKey].sort(), ['store', 'year']);
  });

  for (const [name, delimiter] of [
    ['tab', '\t'],
    ['semicolon', ';'],
    ['bar', '|'],
  ] as const) {
    it(`finds the delimiter ${name}, with commas in the texts`, async () => {
      const lines = ['id;text', '1;a, b', '2;c, d, e', '3;f'].map((line) => line.replaceAll(';', delimiter));
      const found = await proposal(lines.join('\r\n'));
      assert.equal(found.delimiter, delimiter);
      assert.deepEqual(found.columns, { id: 'int', text: 'text' });
    });
  }

  it('reads TSV in which a quote is a quote as plain', async () => {
    const found = await proposal('id\tsize\n1\t5" screen\n2\t6 inch\n');
    assert.equal(found.quote, 'none');
  });

  it('makes valid, different names of headers', async () => {
    const { names, header } = await proposal('Größe (m²),Größe (m^2),2nd,,orderID\n1,2,3,4,a\n');
    assert.deepEqual(names, ['grosse_m2', 'grosse_m_2', 'nd', 'column_4', 'order_id']);
    assert.deepEqual(header, ['Größe (m²)', 'Größe (m^2)', '2nd', '', 'orderID']);
    const twins = await proposal('A b,a-B\n1,2\n');
    assert.deepEqual(twins.names, ['a_b', 'a_b_2']);
    assert.match((await proposal('a,a\n1,2\n')).notes.join('\n'), /more than once/);
  });

  it('takes spellings of "no value" from columns of numbers only', async () => {
    const { columns, nulls } = await proposal('country,area\nNA,825615\nFI,NA\nSE,450295\n');
    assert.deepEqual(columns, { country: 'text', area: 'int' });
    assert.deepEqual(nulls, ['', 'NA']);
  });

  it('reads gzip, other encodings and a byte order mark', async () => {
    const text = 'näme,n\nÅbo,1\nPorvoo,2\n';
    assert.deepEqual((await proposal(gzipSync(text))).names, ['name', 'n']);
    const latin = await proposal(Buffer.from(text, 'latin1'));
    assert.deepEqual([latin.encoding, latin.header], ['latin1', ['näme', 'n']]);
    const wide = await proposal(Buffer.from(`\ufeff${text}`, 'utf16le'));
    assert.deepEqual([wide.encoding, wide.header], ['utf-16le', ['näme', 'n']]);
    assert.deepEqual((await proposal(`\ufeff${text}`)).header, ['näme', 'n']);
  });

  it('says when there is nothing to learn from', async () => {
    await assert.rejects(proposal(''), { code: 'SAMPLE_WITHOUT_ROWS' });
    await assert.rejects(proposal('a,b\n'), { code: 'SAMPLE_WITHOUT_ROWS' });
  });
});

describe('the type of a column', () => {
  for (const [type, values] of [
    ['boolean', ['true', 'False', '']],
    ['int', ['0', '-5', '2147483647']],
    ['bigint', ['1', '2147483648', '9223372036854775807']],
    ['varint', ['1', '9223372036854775808']],
    ['double', ['1', '2.5', '-3e8']],
    ['decimal', ['1.5', '12345678901234567.25']],
    ['date', ['2024-02-29', '']],
    ['timestamp', ['2024-02-29T10:00:00Z', '2024-02-29 10:00']],
    ['uuid', ['0f8fad5b-d9cb-469f-a165-70867728950e']],
    ['inet', ['10.0.0.1', '::1']],
    ['text', ['00501', '10001']],
    ['text', ['2023-02-29']],
    ['text', ['', '']],
    ['text', ['1', 'one']],
  ] as const) {
    it(`of ${values.join(' ')} is ${type}`, () => assert.equal(inferColumn(values).type, type));
  }
});
