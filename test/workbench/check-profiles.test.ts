import assert from 'node:assert/strict';
import { profile, profileWith } from '../unit/tenants/platform-fixture.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

describe('Check Profiles', () => {
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  before(async () => {
    platform = await workbench.platform(profileWith(['plan: gold', 'paln: gold']));
    window = await workbench.open({ folder: platform.root });
  });

  it('shows a mistake in the Problems view, with file, line and column, as soon as the folder is open', async () => {
    const problems = await window.problems();
    await problems.filter({ hasText: 'did you mean "plan"?' }).filter({ hasText: '[Ln 2, Col 1]' }).waitFor();
    assert.match(await problems.first().innerText(), /tenant\.yaml/);
  });

  it('reads again from the palette what was changed outside the editor', async () => {
    await platform.write('tenants/shop/tenant.yaml', profile);
    await window.runCommand('mysimbdp: Check Profiles');
    const problems = await window.problems();
    await problems.first().waitFor({ state: 'hidden' });
  });
});
