import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { allCommands } from '../../src/extension/contributions/all.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';
import { sampleFiles } from './sample-files.ts';

describe('a workspace that is not trusted', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  before(async () => {
    const server = await workbench.ownServer({ trusting: false });
    platform = await workbench.platform(sampleFiles);
    window = await workbench.open({ folder: platform.root }, { server });
    await window.page.getByRole('button', { name: "No, I don't trust the authors" }).click();
    await window.page.locator('.statusbar-item', { hasText: 'mysimbdp' }).waitFor();
  });

  const lenses = () => window.page.locator('.codelens-decoration a');

  it('starts no platform, says why, and leads to where trust is given', async () => {
    await window.runCommand('mysimbdp: Start Platform');
    const refused = await window.notification('the workspace is not trusted');
    assert.equal(existsSync(join(platform.root, '.mysimbdp')), false, 'nothing was begun');
    await refused.getByRole('button', { name: 'Manage Trust' }).click();
    await window.page.locator('.tab.active', { hasText: 'Workspace Trust' }).waitFor();
  });

  // What stands in the palette here; the rest needs a platform that is up, or is not offered without trust.
  const refused = allCommands().filter(
    ({ needsTrust, enablement, palette = '' }) => needsTrust && !enablement && !/isUp|isWorkspaceTrusted/.test(palette),
  );
  it('has something to refuse', () => {
    assert.deepEqual(
      refused.map(({ title }) => title),
      ['Start Platform', 'Show What External Clusters Lack', 'Run Doctor', 'Preview Table'],
    );
  });
  for (const { title } of refused)
    it(`refuses ${title}, and says why`, async () => {
      await window.runCommand('Notifications: Clear All Notifications');
      await window.runCommand(`mysimbdp: ${title}`);
      await window.notification('the workspace is not trusted');
      await window.runCommand('Notifications: Clear All Notifications');
    });
  for (const { title } of allCommands().filter((one) => one.needsTrust && !refused.includes(one)))
    it(`does not offer ${title}`, async () => {
      assert.equal(await window.offersCommand('mysimbdp: Show Status'), true);
      assert.equal(await window.offersCommand(`mysimbdp: ${title}`), false);
    });

  it('shows and edits what does not run anything', async () => {
    await window.runCommand('mysimbdp: Edit Service Profile');
    await window.pick('shop');
    await window.page.locator('.tab.active', { hasText: 'tenant.yaml' }).waitFor();
    await window.page.locator('.view-lines', { hasText: 'tenant: shop' }).first().waitFor();
    assert.equal(await lenses().count(), 0, 'an app is offered to be run');
    await window.runCommand('mysimbdp: Show Status');
    await window.page.locator('.view-lines', { hasText: 'is not running' }).first().waitFor();
  });

  it('starts it once the workspace is trusted', async () => {
    await window.runCommand('Workspaces: Manage Workspace Trust');
    const editor = window.page.locator('.workspace-trust-editor');
    const trust = editor.getByRole('button', { name: 'Trust', exact: true });
    await trust.or(editor.getByText('You trust this folder')).first().waitFor();
    // A second attempt finds what the first has reached.
    if (await trust.isVisible()) await trust.click();
    await window.runCommand('View: Show mysimbdp');
    const running = window.page.locator('.pane-body .monaco-list-row', { hasText: /running$/ });
    if (!(await running.isVisible())) await window.runCommand('mysimbdp: Start Platform');
    await running.waitFor();
    await window.runCommand('mysimbdp: Edit Service Profile');
    await window.pick('shop');
    await lenses().filter({ hasText: 'Run on sample' }).first().waitFor();
  });
});
