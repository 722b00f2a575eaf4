import { mkdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../../src/foundation/deadlines.ts';
import { itemsApp, itemsProfile } from '../platform/platform-fixture.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

const patienceMs = 60_000;

const files = {
  'mysimbdp.yaml': 'platform: test\ntenants:\n  - name: acme\n',
  'tenants/shop/tenant.yaml': undefined,
  'tenants/shop/apps/sales/app.ts': undefined,
  'tenants/acme/tenant.yaml': `tenant: acme\n${itemsProfile({ app: 'schedule: manual' })}`,
  'tenants/acme/apps/items/app.ts': itemsApp,
};

// What a command does is tested where the palette calls it; here, that it is to be clicked in each kind of place.
describe('commands that are clicked', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  before(async () => {
    platform = await workbench.platform(files);
    await mkdir(join(platform.root, 'tenants/acme/staging'));
    window = await workbench.open({ folder: platform.root });
    await window.runCommand('View: Show mysimbdp');
  });

  const row = (text: string | RegExp): Locator =>
    window.page.locator('.pane-body .monaco-list-row').filter({ hasText: text }).first();
  const action = (place: Locator, title: string): Locator => place.getByRole('button', { name: title }).first();
  const view = (name: string): Locator =>
    window.page.locator('.pane', { has: window.page.getByText(name, { exact: true }) });

  /** A file that waits until its app is told to run. */
  async function stage(name: string, first: number): Promise<void> {
    await platform.write(name, `id,name\n${first},one\n${first + 1},two\n`);
    await rename(join(platform.root, name), join(platform.root, 'tenants/acme/staging', name));
  }

  async function choose(node: Locator, title: string): Promise<void> {
    await node.click({ button: 'right' });
    const item = window.page.getByRole('menuitem', { name: title, exact: true });
    await item.waitFor();
    // A menu passes over what is clicked in its first moments, so that the click that has opened it chooses nothing.
    await until(patienceMs, `${title} in the menu`, async () => {
      await item.click({ timeout: 3000 }).catch(() => undefined);
      return !(await item.isVisible());
    });
  }

  async function platformFileHas(text: RegExp): Promise<void> {
    const path = join(platform.root, 'mysimbdp.yaml');
    await until(patienceMs, `${text.source} in mysimbdp.yaml`, async () => text.test(await readFile(path, 'utf8')));
  }

  async function tellsStored(who: string): Promise<void> {
    const told = await window.notification(new RegExp(`${who}.*2 stored`));
    await told.hover();
    await told.getByRole('button', { name: /^Clear Notification/ }).click();
  }

  it('inline, on the platform', async () => {
    const node = row(/^(?=.*stopped)/);
    await node.hover();
    await action(node, 'Start Platform').click();
    await row(/running$/).waitFor({ timeout: patienceMs });
  });

  it('in the context menu of a tenant', async () => {
    await choose(row('acme'), 'Disable Tenant');
    await platformFileHas(/enabled: false/);
    await row(/acme.*disabled/).waitFor();
    await choose(row('acme'), 'Enable Tenant');
    await platformFileHas(/^(?!.*enabled: false)/s);
    await row(/^(?=.*acme)(?!.*disabled)/).waitFor();
  });

  it('in the title of the view Runs', async () => {
    await stage('first.csv', 1);
    const runs = view('Runs');
    await runs.hover();
    await action(runs.locator('.pane-header'), 'Run Batch Now').click();
    await tellsStored(basename(platform.root));
  });

  it('in the title of the editor of a profile', async () => {
    await window.openFile(join(platform.root, 'tenants/acme/tenant.yaml'));
    await action(window.page.locator('.editor-actions'), 'Check Profiles').click();
    await window.notification('Nothing is wrong in mysimbdp.yaml');
  });

  it('above an app in its profile', async () => {
    await stage('second.csv', 3);
    await window.page.locator('.codelens-decoration a', { hasText: 'Run now' }).first().click();
    await tellsStored('items');
  });
});
