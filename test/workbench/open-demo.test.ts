import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { QuickInput } from './harness/quick-input.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

describe('Open Demo Platform', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  let opened: OpenedPlatform;
  let window: WorkbenchWindow;
  let input: QuickInput;
  before(async () => {
    opened = await workbench.platform();
    window = await workbench.open({ folder: opened.root });
    input = new QuickInput(window);
  });

  async function chooseFolder(): Promise<void> {
    await window.runCommand('mysimbdp: Open Demo Platform…');
    await input.at('A folder for the demo platform');
    await input.chooseFile(opened.root);
  }

  it('leaves nothing behind when it is cancelled', async () => {
    await chooseFolder();
    const progress = await window.notification('Making the demo platform');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await until(
      20_000,
      'the end of the half-made folder',
      async () => !(await readdir(opened.root)).includes('mysimbdp-demo'),
    );
    // The types for the editor are of the folder that was open before.
    const left = (await readdir(opened.root)).filter((name) => name !== '.mysimbdp');
    assert.deepEqual(left.sort(), ['mysimbdp.yaml', 'tenants']);
  });

  it('makes it in a folder of its own when there is something in the chosen one, and offers to open it', async () => {
    await chooseFolder();
    const made = await window.notification(/The demo platform is made: \d tenants with \d files in staging\./);
    const tenants = await readdir(join(opened.root, 'mysimbdp-demo', 'tenants'));
    assert.ok(tenants.includes('gift_card'), tenants.join());
    await made.getByRole('button', { name: 'Open', exact: true }).click();
    await window.page.waitForURL(/mysimbdp-demo/);
    await window.ready();
  });
});
