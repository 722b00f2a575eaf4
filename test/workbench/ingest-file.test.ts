import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { QuickInput } from './harness/quick-input.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

const rows = 'id\tday\tprice\na\t2024-01-01\t1.5\nb\t2024-01-02\t2.5\n';
const app = 'export default { wrangle: (row) => ({ ...row, id: row.id.toUpperCase() }) };\n';

describe('Ingest with mysimbdp…', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  let input: QuickInput;
  before(async () => {
    platform = await workbench.platform({
      'day.tsv': rows,
      'cities.csv': 'city,country\nOulu,FI\nTurku,FI\n',
      'tenants/shop/apps/sales/app.ts': app,
    });
    window = await workbench.open({ folder: platform.root });
    input = new QuickInput(window);
    // The menu has the command once the extension has seen that this is a platform folder.
    await window.page.locator('.statusbar-item', { hasText: 'mysimbdp' }).waitFor();
  });

  async function ingest(file: string): Promise<void> {
    const row = window.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: file }).first();
    await row.click({ button: 'right' });
    const entry = window.page.locator('.monaco-menu .action-label', { hasText: 'Ingest with mysimbdp…' });
    await entry.waitFor();
    // A menu takes no click in its first moments, for that may be the end of the one that opened it.
    await until(10_000, 'the end of the menu', async () => {
      await entry.click({ timeout: 1000 }).catch(() => undefined);
      return (await entry.count()) === 0;
    });
  }

  const staging = (tenant: string) => readdir(join(platform.root, 'tenants', tenant, 'staging'));

  it('offers the tenants whose apps take the file, and copies it into staging', async () => {
    await ingest('day.tsv');
    await input.at('Ingest day.tsv');
    await input.row('Add tenant from this file…').waitFor();
    await input.pick('shop');
    const told = await window.notification('1 file in the staging directory of shop; the platform is not running.');
    assert.deepEqual(await staging('shop'), ['day.tsv']);
    assert.equal(await readFile(join(platform.root, 'tenants', 'shop', 'staging', 'day.tsv'), 'utf8'), rows);
    await told.press('Escape');
  });

  it('asks before a name that waits there already', async () => {
    await ingest('day.tsv');
    await input.pick('shop');
    const dialog = window.page.locator('.monaco-dialog-box', { hasText: 'day.tsv waits in staging already.' });
    await dialog.getByRole('button', { name: 'Keep Both' }).click();
    await until(10_000, 'both files', async () => (await staging('shop')).length === 2);
    assert.deepEqual((await staging('shop')).sort(), ['day.1.tsv', 'day.tsv']);
  });

  let attempts = 0;
  it('starts the wizard with a file that nobody takes, and stages it for the new tenant', async () => {
    // What a first attempt has made is in the way of a second.
    const tenant = `places${++attempts}`;
    await ingest('cities.csv');
    await input.at('Ingest cities.csv');
    await input.pick('Add tenant from this file…');
    await input.at('Add Tenant: Name');
    await input.enter(tenant);
    for (const step of ['Plan', 'Columns', 'Types', 'Table', 'Partition Key', 'Clustering Key', 'Limits', 'Summary']) {
      await input.at(`Add Tenant: ${step}`);
      await input.accept();
    }
    await until(20_000, 'the file in staging', async () => (await staging(tenant).catch(() => [])).length === 1);
    assert.deepEqual(await staging(tenant), ['cities.csv']);
  });

  it('runs the file when the platform is up, and tells what came of it', async () => {
    await window.runCommand('mysimbdp: Start Platform');
    await until(60_000, 'an empty staging directory', async () => (await staging('shop')).length === 0);
    await platform.write('late.tsv', `${rows}c\tno day\t3\n`);
    await ingest('late.tsv');
    await input.pick('shop');
    const told = await window.notification(/1 file, 2 stored, 1 quarantined/);
    await told.getByRole('button', { name: 'Open Record' }).click();
    await window.page.locator('.tab.active', { hasText: '.json' }).waitFor();
  });
});
