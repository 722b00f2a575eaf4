import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../src/foundation/deadlines.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { QuickInput } from './harness/quick-input.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

const birdstrikes = fileURLToPath(new URL('../../node_modules/vega-datasets/data/birdstrikes.csv', import.meta.url));

const steps = [
  'Name',
  'Plan',
  'Template',
  'Sample File',
  'Columns',
  'Types',
  'Table',
  'Partition Key',
  'Clustering Key',
  'Limits',
  'Summary',
] as const;
type StepTitle = (typeof steps)[number];

describe('Add Tenant', function () {
  this.timeout(300_000);
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  let wizard: QuickInput;
  before(async () => {
    platform = await workbench.platform({ 'tenants/store/notes.txt': 'mine' });
    window = await workbench.open({ folder: platform.root });
    wizard = new QuickInput(window);
  });

  /** Answers the step that is shown, and waits for the next. */
  async function answer(step: StepTitle, tenant: string): Promise<void> {
    await wizard.at(`Add Tenant: ${step}`);
    if (step === 'Name') await wizard.enter(tenant);
    else if (step === 'Sample File') await chooseSample();
    else await wizard.accept();
  }

  async function chooseSample(): Promise<void> {
    // A sample that was chosen already comes first.
    if (await wizard.row('birdstrikes.csv').isVisible()) return wizard.accept();
    await wizard.pick('Choose a file…');
    await wizard.chooseFile(birdstrikes);
  }

  async function goTo(step: StepTitle, tenant = 'birds'): Promise<void> {
    await window.runCommand('mysimbdp: Add Tenant…');
    for (const earlier of steps.slice(0, steps.indexOf(step))) await answer(earlier, tenant);
    await wizard.at(`Add Tenant: ${step}`);
  }

  const tenants = () => readdir(join(platform.root, 'tenants'));

  it('refuses names while they are typed, and says which would do', async () => {
    await goTo('Name');
    await wizard.type('Gift Card');
    await wizard.message('How about gift_card?');
    await wizard.type('shop');
    await wizard.message('The tenant shop is registered already. How about shop_2?');
    await wizard.press('Enter');
    await wizard.at('Add Tenant: Name');
    await wizard.leave();
  });

  it('makes nothing when it is left, at any step', async () => {
    const before = await tenants();
    for (const step of steps) {
      await goTo(step);
      await wizard.leave();
    }
    assert.deepEqual(await tenants(), before);
  });

  it('goes back from each step to the one before, and keeps what was entered', async () => {
    await goTo('Name');
    assert.equal(await wizard.backButton().count(), 0, 'there is nothing before the first step');
    await answer('Name', 'birds');
    for (const [index, step] of steps.slice(1).entries()) {
      await wizard.at(`Add Tenant: ${step}`);
      const earlier = steps[index] ?? 'Name';
      await wizard.goBack();
      await wizard.at(`Add Tenant: ${earlier}`);
      if (earlier === 'Name') assert.equal(await wizard.text(), 'birds');
      if (earlier === 'Sample File') await wizard.row('birdstrikes.csv').waitFor();
      await answer(earlier, 'birds');
      await wizard.at(`Add Tenant: ${step}`);
      if (step === 'Summary') break;
      await answer(step, 'birds');
    }
    await wizard.leave();
  });

  it('makes the tenant that a real sample file suggests, as it was changed, and opens its app', async () => {
    await goTo('Plan', 'birds');
    await wizard.steps(2, 5);
    await wizard.pick('gold');
    await answer('Template', 'birds');
    await answer('Sample File', 'birds');
    await wizard.at('Add Tenant: Columns');
    await wizard.steps(5, 11);
    await wizard.toggle('wildlife_size');
    await wizard.accept();
    await wizard.at('Add Tenant: Types');
    await wizard.pick('cost_total');
    await wizard.at('Add Tenant: Types: cost_total');
    await wizard.pick('decimal');
    await wizard.at('Add Tenant: Types');
    await wizard.find('decimal (the sample suggests int)');
    await wizard.pick('Go on with these types');
    await wizard.at('Add Tenant: Table');
    await wizard.enter('strikes');
    await answer('Partition Key', 'birds');
    await wizard.at('Add Tenant: Clustering Key');
    await wizard.toggle('flight_date');
    await wizard.accept();
    await wizard.at('Add Tenant: Limits');
    await wizard.pick('Largest file');
    await wizard.at('Add Tenant: Limits: Largest file');
    await wizard.type('900');
    await wizard.message('At most 500');
    await wizard.enter('25');
    await wizard.at('Add Tenant: Limits');
    await wizard.find('25 MB · changed');
    await wizard.pick('Go on with these limits');
    await wizard.at('Add Tenant: Summary');
    await wizard.find('row_id + flight_date');
    await wizard.pick('Create birds');

    await window.notification('The tenant birds is registered');
    await window.page.locator('.tab.active', { hasText: 'app.ts' }).waitFor();
    const profile = await readFile(join(platform.root, 'tenants', 'birds', 'tenant.yaml'), 'utf8');
    assert.match(profile, /^plan: gold$/m);
    assert.match(profile, /^ {4}maxFileSizeMb: 25$/m);
    assert.match(profile, /^ {2}strikes:$/m);
    assert.match(profile, /^ {6}cost_total: decimal$/m);
    assert.match(profile, /^ {4}clusteringKey: \[flight_date\]$/m);
    assert.doesNotMatch(profile, /wildlife_size/);
    assert.match(await readFile(join(platform.root, 'mysimbdp.yaml'), 'utf8'), /- name: birds$/m);
    await readFile(join(platform.root, '.mysimbdp', 'sdk', 'index.d.ts'));
    const problems = await window.problems();
    await problems.filter({ hasText: 'birds' }).first().waitFor({ state: 'detached' });
  });

  it('asks before it replaces a folder, and keeps what was in it', async () => {
    await goTo('Name');
    await wizard.enter('store');
    await wizard.at('Add Tenant: Folder');
    assert.equal(await wizard.row('Register it as it is').count(), 0, 'there is no profile in it');
    await wizard.leave();
    assert.deepEqual(await readdir(join(platform.root, 'tenants', 'store')), ['notes.txt']);

    await goTo('Name');
    await wizard.enter('store');
    await wizard.pick('Replace it');
    await answer('Plan', 'store');
    await wizard.at('Add Tenant: Template');
    await wizard.pick('Customer reviews');
    await answer('Limits', 'store');
    await wizard.at('Add Tenant: Summary');
    await wizard.pick('Create store');
    await window.notification('The tenant store is registered');
    const replaced = join(platform.root, '.mysimbdp', 'replaced');
    const [kept = ''] = await readdir(replaced);
    assert.equal(await readFile(join(replaced, kept, 'store', 'notes.txt'), 'utf8'), 'mine');
  });

  it('has the folders that it is for: a platform folder is made in an empty one, and a tenant is offered', async () => {
    const empty = await workbench.platform({
      'mysimbdp.yaml': undefined,
      'tenants/shop/tenant.yaml': undefined,
      'tenants/shop/apps/sales/app.ts': undefined,
      'README.md': 'nothing yet\n',
    });
    const other = await workbench.open({ folder: empty.root });
    const input = new QuickInput(other);
    await other.runCommand('mysimbdp: Create Platform Folder…');
    await input.at('Create Platform Folder');
    await input.accept();
    await input.at('Create Platform Folder: Name');
    await input.enter('city');
    const made = await other.notification('The platform folder city is made.');
    await until(10_000, 'mysimbdp.yaml', async () =>
      (await readFile(join(empty.root, 'mysimbdp.yaml'), 'utf8')).includes('platform: city'),
    );
    await made.getByRole('button', { name: 'Add Tenant' }).click();
    await input.at('Add Tenant: Name');
    await input.leave();
    await other.close();
  });
});
