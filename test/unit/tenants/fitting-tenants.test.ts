import assert from 'node:assert/strict';
import { fittingTenants } from '../../../src/tenants/fitting-tenants.ts';
import { load, profile } from './platform-fixture.ts';

describe('tenants for a file', () => {
  it('are those with an app whose glob fits, and whose constraints allow the extension', async () => {
    const store = profile.replaceAll('shop', 'store').replace('extensions: [tsv]', 'extensions: [csv, tsv]');
    const { profiles } = await load({
      'tenants/store/tenant.yaml': store.replace('files: "*.tsv"', 'files: "day_*.{csv,tsv}"'),
      'tenants/store/apps/sales/app.ts': 'export default {};\n',
    });
    const of = (...names: string[]) =>
      fittingTenants(profiles.values(), names).map(({ tenant, takes }) => [tenant, ...takes].join(' '));
    assert.deepEqual(of('a.tsv'), ['shop a.tsv']);
    assert.deepEqual(of('day_1.csv'), ['store day_1.csv']);
    assert.deepEqual(of('day_1.tsv', 'day_1.csv'), ['store day_1.tsv day_1.csv', 'shop day_1.tsv']);
    assert.deepEqual(of('a.ndjson', '.hidden.tsv'), []);
  });
});
