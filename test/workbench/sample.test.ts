import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';
import { sampleFiles } from './sample-files.ts';

describe('Run App on Sample', () => {
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  before(async () => {
    platform = await workbench.platform(sampleFiles);
    window = await workbench.open({ folder: platform.root });
    await window.openFile(join(platform.root, 'tenants/shop/apps/sales/app.ts'));
  });

  it('asks for the file, and shows in, out and rejected rows side by side', async () => {
    await window.runCommand('mysimbdp: Run App on Sample');
    await window.pick('night.csv');
    const page = await window.webview(/4 records read, 2 would be stored as 2 rows/);
    await page.getByText('rejected – sold to nobody APP_REJECTED').waitFor();
    await page.locator('td.changed', { hasText: 'Ann' }).waitFor();
    assert.equal(existsSync(join(platform.root, '.mysimbdp', 'coredms')), false, 'something was stored');
  });

  it('follows the code of the app when it is saved', async () => {
    const { page } = window;
    await window.openFile(join(platform.root, 'tenants/shop/apps/sales/app.ts'));
    await page.keyboard.press('Control+KeyA');
    await page.keyboard.insertText("export default { wrangle: (row) => ({ id: row.id, name: 'somebody' }) };");
    await page.keyboard.press('Control+KeyS');
    await window.webview(/4 records read, 3 would be stored as 3 rows/);
  });

  it('starts the debugger with F5, without a launch.json', async () => {
    await window.openFile(join(platform.root, 'tenants/shop/apps/sales/app.ts'));
    await window.page.keyboard.press('F5');
    const said = window.page.locator('.repl .monaco-list-row').filter({ hasText: 'night.csv, record 1, line 2' });
    await until(30_000, 'what the program says', () => said.first().isVisible());
  });
});
