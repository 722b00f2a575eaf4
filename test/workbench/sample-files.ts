import type { Files } from '../unit/tenants/platform-fixture.ts';

/** The app of the tenant `shop`: it refuses what was sold to nobody. */
export const sampleApp = `import { defineBatchApp } from 'mysimbdp/sdk';

interface Sale {
  id: string;
  name: string;
}

export default defineBatchApp<Sale>({
  wrangle(row: Sale) {
    const name: string = row.name.trim();
    if (name === 'nobody') throw new Error('sold to nobody'); // here
    return { id: row.id, name };
  },
});
`;
const profile = `tenant: shop
tables:
  sales:
    columns: { id: int, name: text }
    partitionKey: [id]
apps:
  - name: sales
    kind: batch
    entry: apps/sales/app.ts
    files: "*.csv"
    format: { type: csv }
    table: sales
`;
const day = 'id,name\n1, Ann \n2,Bob\n';
/** A platform whose app can be tried on a sample that has a row of each outcome. */
export const sampleFiles: Files = {
  'mysimbdp.yaml': 'platform: test\ntenants:\n  - name: shop\n',
  'tenants/shop/tenant.yaml': profile,
  'tenants/shop/apps/sales/app.ts': sampleApp,
  'day.csv': day,
  'tenants/shop/staging/night.csv': `${day}3,nobody\nx,Cy\n`,
};
