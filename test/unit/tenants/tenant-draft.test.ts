import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { adjustedProfile, appFile } from '../../../src/tenants/tenant-draft.ts';
import { withPlatform } from './platform-fixture.ts';

const profile = `# Made for the shop.
tenant: shop # its name

tables:
  records:
    columns: { id: text } # more later
    partitionKey: [id]

apps:
  - name: load
    kind: batch
    files: '*.csv'
    table: records
`;

describe('a profile that is adjusted', () => {
  it('gets plan, limits and table where a reader looks for them, and keeps its comments', () => {
    const text = adjustedProfile(profile, {
      plan: 'gold',
      table: 'orders',
      limits: [
        ['maxFiles', 4],
        ['mbPerDay', 100],
        ['memoryMb', 768],
      ],
    });
    assert.equal(
      text,
      `# Made for the shop.
tenant: shop # its name
plan: gold

batch:
  files:
    maxFiles: 4
  quota:
    mbPerDay: 100

tables:
  orders:
    columns: { id: text } # more later
    partitionKey: [id]

apps:
  - name: load
    kind: batch
    files: '*.csv'
    table: orders
    resources:
      memoryMb: 768
`,
    );
  });

  it('stays as it is when nothing was decided', () => {
    assert.equal(adjustedProfile(profile, { plan: null, table: null, limits: [] }), profile);
  });

  it('changes the limits that a template has', () => {
    const written = 'tenant: shop\nbatch:\n  files: { maxFiles: 2, extensions: [tsv] }\ntables: {}\napps: []\n';
    const text = adjustedProfile(written, { plan: null, table: null, limits: [['maxFiles', 4]] });
    assert.deepEqual((parse(text) as { batch: unknown }).batch, { files: { maxFiles: 4, extensions: ['tsv'] } });
  });
});

describe('the file with the code of a tenant', () => {
  it('is the entry of its first app', () =>
    withPlatform({}, async (folder) => {
      assert.match((await appFile(folder, 'shop')) ?? '', /tenants.shop.apps.sales.app\.ts$/);
    }));

  it('is the program that the command of its first app names', () =>
    withPlatform(
      {
        'tenants/shop/tenant.yaml': 'tenant: shop\napps:\n  - name: zip\n    command: [python3, -u, app.py]\n',
        'tenants/shop/apps/zip/app.py': '',
      },
      async (folder) => assert.match((await appFile(folder, 'shop')) ?? '', /apps.zip.app\.py$/),
    ));
});
