import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { useWorkbench } from './harness/use-workbench.ts';
import { seriousViolations } from './panel/accessibility.ts';
import { activeRun, tenant } from './panel/scenes.ts';
import { ScriptedPlatform } from './panel/scripted-platform.ts';

describe('a workspace with several platforms', () => {
  const workbench = useWorkbench();
  const platforms: ScriptedPlatform[] = [];
  let workspace: string | undefined;

  before(async () => {
    for (const name of ['gift_card', 'music']) {
      const { root } = await workbench.platform();
      const platform = new ScriptedPlatform(root);
      platform.tenants = [tenant(name)];
      platform.runs = [activeRun(name, 1)];
      await platform.start();
      platforms.push(platform);
    }
    workspace = `${platforms[0]?.folder.root ?? ''}.code-workspace`;
    await writeFile(workspace, JSON.stringify({ folders: platforms.map(({ folder }) => ({ path: folder.root })) }));
  });
  after(async () => {
    for (const platform of platforms) await platform.stop();
    if (workspace !== undefined) await rm(workspace, { force: true });
  });

  it('shows in the monitoring panel the one that was chosen, also after a reload', async function () {
    this.timeout(120_000);
    if (workspace === undefined) throw new Error('there is no workspace');
    const window = await workbench.open({ workspace });
    await window.runCommand('mysimbdp: Open Monitoring Panel');
    let view = await window.webview('Statistics');
    const runs = (name: string) => view.locator('.section.runs tr', { hasText: `${name} #1` });
    await runs('gift_card').waitFor();
    const second = basename(platforms[1]?.folder.root ?? '');
    const choice = view.getByRole('combobox', { name: 'Platform that is shown' });
    await choice.click();
    await choice.getByRole('option', { name: second, exact: true }).click();
    await runs('music').waitFor();
    await runs('gift_card').waitFor({ state: 'detached' });
    assert.deepEqual(await seriousViolations(view), []);
    const loaded = window.page.waitForEvent('load', { timeout: 60_000 });
    await window.runCommand('Developer: Reload Window');
    await loaded;
    await window.ready();
    view = await window.webview('Statistics');
    await runs('music').waitFor();
    await view.locator('.overview .selected-value', { hasText: second }).waitFor();
  });
});
