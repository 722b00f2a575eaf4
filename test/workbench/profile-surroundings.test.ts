import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import { profileWith } from '../unit/tenants/platform-fixture.ts';
import { packagedExtension } from './harness/packaged-extension.ts';
import { standInYaml } from './harness/stand-in-yaml.ts';
import { useWorkbench } from './harness/use-workbench.ts';

const broken = profileWith(['plan: gold', 'paln: gold'], ['table: sales', 'table: sale']);

describe('a quick fix that makes a file', () => {
  const workbench = useWorkbench();

  it('is offered where the app is named, and opens what it made', async () => {
    const { root } = await workbench.platform(profileWith(['entry: apps/sales/app.ts', 'entry: apps/turnover/run.ts']));
    const window = await workbench.open({ folder: root });
    await window.openFile(join(root, 'tenants', 'shop', 'tenant.yaml'));
    const problems = await window.problems();
    await problems.filter({ hasText: 'there is no file apps/turnover/run.ts' }).waitFor();
    await window.page.locator('.view-line', { hasText: 'apps/turnover/run.ts' }).click();
    const fix = window.page.locator('.action-widget').getByText('Create apps/turnover/run.ts');
    // The editor offers what it has when it is asked: it is asked until the fixes have come.
    await until(30_000, 'the quick fix', async () => {
      await window.runCommand('Quick Fix...');
      return fix.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
    await window.page.keyboard.press('Enter');
    await window.page.locator('.tab.active', { hasText: 'run.ts' }).waitFor();
    const made = join(root, 'tenants', 'shop', 'apps', 'turnover', 'run.ts');
    const text = await until(10_000, 'the file', () => readFile(made, 'utf8').catch(() => undefined));
    assert.match(text, /\n {6}id: row\.id,\n/);
    await problems.first().waitFor({ state: 'hidden' });
  });
});

describe('profiles beside an extension that knows YAML and the schema', () => {
  const workbench = useWorkbench();
  let folder = '';
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'mysimbdp-yaml-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  it('show what only mysimbdp knows, and leave the rest to it', async () => {
    const server = await workbench.ownServer({ vsix: [await packagedExtension(), await standInYaml(folder)] });
    const { root } = await workbench.platform(broken);
    const window = await workbench.open({ folder: root }, { server });
    const problems = await window.problems();
    // Nobody else looks at a file that is not open.
    await problems.filter({ hasText: 'knows no `paln`' }).waitFor();
    await window.openFile(join(root, 'tenants', 'shop', 'tenant.yaml'));
    await problems.filter({ hasText: 'knows no `paln`' }).waitFor({ state: 'hidden' });
    await problems.filter({ hasText: 'there is no table `sale`' }).waitFor();
  });
});

describe('profiles in a workspace that is not trusted', () => {
  const workbench = useWorkbench();

  it('are checked while they are typed; nothing can be run from them', async () => {
    const server = await workbench.ownServer({ trusting: false });
    const { root } = await workbench.platform(broken);
    const window = await workbench.open({ folder: root }, { server });
    await window.page.getByRole('button', { name: "No, I don't trust the authors" }).click();
    await window.openFile(join(root, 'tenants', 'shop', 'tenant.yaml'));
    const problems = await window.problems();
    await problems.filter({ hasText: 'did you mean "plan"?' }).filter({ hasText: '[Ln 2, Col 1]' }).waitFor();
    await window.page.locator('.monaco-editor .view-line').filter({ hasText: 'tenant: shop' }).first().click();
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.type('# \n');
    await problems.filter({ hasText: '[Ln 3, Col 1]' }).waitFor();
    assert.equal(await window.page.locator('.codelens-decoration').count(), 0);
  });
});
