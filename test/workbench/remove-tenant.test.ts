import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../../src/foundation/deadlines.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

const app = 'export default { wrangle: (row) => row };\n';

describe('Remove Tenant…', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  before(async () => {
    platform = await workbench.platform({
      'tenants/shop/apps/sales/app.ts': app,
      'tenants/shop/staging/day.tsv': 'id\tday\tprice\na\t2024-01-01\t1.5\n',
    });
    window = await workbench.open({ folder: platform.root });
  });

  const dialog = (text: string): Locator => window.page.locator('.monaco-dialog-box', { hasText: text });
  const platformFile = () => readFile(join(platform.root, 'mysimbdp.yaml'), 'utf8');

  async function remove(): Promise<void> {
    await window.runCommand('mysimbdp: Remove Tenant…');
    await window.pick('shop');
  }

  it('unregisters, and keeps everything that the tenant has', async () => {
    await remove();
    await dialog('Remove the tenant shop').getByRole('button', { name: 'Unregister, Keep Its Data' }).click();
    await until(10_000, 'the end of its entry', async () => !(await platformFile()).includes('shop'));
    assert.ok(existsSync(join(platform.root, 'tenants/shop/staging/day.tsv')));
    await window.runCommand('mysimbdp: Register Tenant');
    await window.pick('shop');
    await until(10_000, 'its entry', async () => (await platformFile()).includes('shop'));
  });

  it('names everything that goes with its data, and deletes nothing when it is left', async () => {
    await window.runCommand('mysimbdp: Start Platform');
    await until(60_000, 'the rows', () => existsSync(join(platform.root, '.mysimbdp/archive/shop')));
    await remove();
    await dialog('Remove the tenant shop').getByRole('button', { name: 'Delete with Its Data…' }).click();
    const asked = dialog('Delete the tenant shop with everything that it has?');
    for (const text of ['.mysimbdp/coredms/shop.db', '.mysimbdp/archive/shop (1 file', 'tenants/shop (2 files'])
      await asked.getByText(text).waitFor();
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'detached' });
    assert.ok(existsSync(join(platform.root, '.mysimbdp/archive/shop')));
  });

  it('deletes the tenant with its data once that is agreed to, and says so', async () => {
    await until(60_000, 'the end of the run', async () => {
      await window.runCommand('View: Show mysimbdp');
      return window.page.locator('.pane-body .monaco-list-row', { hasText: /shop-1.*stored/ }).isVisible();
    });
    await remove();
    await dialog('Remove the tenant shop').getByRole('button', { name: 'Delete with Its Data…' }).click();
    await dialog('Delete the tenant shop').getByRole('button', { name: 'Delete Everything' }).click();
    await window.notification('The tenant shop is deleted with everything that it had.');
    for (const path of ['tenants/shop', '.mysimbdp/coredms/shop.db', '.mysimbdp/archive/shop'])
      assert.equal(existsSync(join(platform.root, path)), false, path);
    assert.doesNotMatch(await platformFile(), /shop/);
    await window.page
      .locator('.pane-body .monaco-list-row', { hasText: 'shop' })
      .first()
      .waitFor({ state: 'detached' });
  });
});
