import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { QuickInput } from './harness/quick-input.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

describe('Open Platform Folder…', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  before(async () => (platform = await workbench.platform()));

  async function choose(window: WorkbenchWindow, folder: string): Promise<QuickInput> {
    const input = new QuickInput(window);
    await window.runCommand('mysimbdp: Open Platform Folder…');
    await input.at('Open Platform Folder');
    await input.chooseFile(folder);
    return input;
  }

  it('opens one at once in an empty window', async () => {
    const window = await workbench.open({});
    await choose(window, platform.root);
    await window.page.waitForURL(new RegExp(basename(platform.root)));
    await window.ready();
    await window.page.locator('.statusbar-item', { hasText: 'mysimbdp' }).waitFor();
    await window.close();
  });

  it('asks how it is to be opened where something is open', async () => {
    const other = await workbench.platform();
    const window = await workbench.open({ folder: other.root });
    await choose(window, platform.root);
    const told = await window.notification(`${basename(platform.root)} is a platform folder.`);
    await told.getByRole('button', { name: 'Open in New Window' }).waitFor();
    await told.getByRole('button', { name: 'Open', exact: true }).click();
    await window.page.waitForURL(new RegExp(basename(platform.root)));
    await window.ready();
    await window.close();
  });

  it('offers to make a platform in a folder that has none', async () => {
    const window = await workbench.open({});
    const empty = join(platform.root, 'empty');
    await mkdir(empty, { recursive: true });
    const input = await choose(window, empty);
    const dialog = window.page.locator('.monaco-dialog-box', { hasText: `There is no platform in ${empty} yet.` });
    await dialog.getByRole('button', { name: 'Create Platform Here' }).click();
    await input.at('Create Platform Folder: Name');
    await input.enter('city');
    await window.page.waitForURL(/empty/);
    await window.ready();
    assert.ok(existsSync(join(empty, 'mysimbdp.yaml')));
    await window.close();
  });
});
