import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { until } from '../../src/foundation/deadlines.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';
import { seriousViolations } from './panel/accessibility.ts';
import { activeRun, busyScene, endedRun, tenant } from './panel/scenes.ts';
import { ScriptedPlatform } from './panel/scripted-platform.ts';

describe('the monitoring panel', () => {
  const workbench = useWorkbench();
  let platform: ScriptedPlatform;
  let started = false;
  let window: WorkbenchWindow;
  let view: FrameLocator;
  const policyViolations: string[] = [];

  before(async function () {
    this.timeout(120_000);
    const { root } = await workbench.platform();
    platform = new ScriptedPlatform(root);
    busyScene(platform);
    platform.runs = [activeRun('gift_card', 12), activeRun('digital_video_games', 9, { rows: 9_000, share: 0.2 })];
    await platform.start();
    started = true;
    await platform.log(null, { type: 'tenant-registered', tenant: 'wholesale' });
    window = await workbench.open(
      { folder: root },
      {
        prepare: async (page) => {
          page.on('console', (message) => {
            if (message.text().includes('violates the following Content Security Policy') && isPanels(message.text()))
              policyViolations.push(message.text());
          });
          return Promise.resolve();
        },
      },
    );
    await window.runCommand('mysimbdp: Open Monitoring Panel');
    view = await window.webview('Statistics');
  });
  after(() => started && platform.stop());

  const section = (id: string): Locator => view.locator(`.section.${id}`);
  const logLines = (): Locator => section('log').locator('.line .text');

  it('shows what the platform says: its state, its rates, its runs and its statistics', async () => {
    await section('overview').getByText('Running elsewhere').waitFor();
    await section('overview').locator('dd', { hasText: '50,200 rows/s' }).waitFor();
    await section('throughput').locator('li', { hasText: 'gift_card' }).filter({ hasText: '41,200 rows/s' }).waitFor();
    const failed = section('runs').locator('tr', { hasText: 'wholesale #7' });
    assert.match(await failed.innerText(), /failed\s+APP_FAILED/);
    await section('services')
      .locator('tr', { hasText: /cassandra-1.*Running.*1\.27.*1\.4 GB/ })
      .waitFor();
    await section('services')
      .locator('tr', { hasText: /kafka-1.*Starting again.*was killed/ })
      .waitFor();
    await section('statistics').locator('tr.total', { hasText: '10,332,000' }).waitFor();
  });

  it('goes on with what changes', async () => {
    platform.runs = [activeRun('gift_card', 12, { rows: 12_345, share: 0.9 })];
    platform.changed();
    await section('throughput').locator('li', { hasText: '12,345 rows/s' }).waitFor();
    await section('runs').locator('tr', { hasText: 'gift_card #12' }).filter({ hasText: '63 %' }).waitFor();
    await section('runs').locator('tr', { hasText: 'digital_video_games #9' }).filter({ hasText: 'ending' }).waitFor();
  });

  it('does not call a run done of which every record was rejected', async () => {
    const counters = {
      ...activeRun('gift_card', 1).report!.counters,
      read: 40,
      stored: 0,
      filtered: 0,
      quarantined: 40,
    };
    platform.ended = [endedRun('wholesale', 31, { counters, endedAt: Date.now() }), ...platform.ended];
    platform.changed();
    const row = section('runs').locator('tr', { hasText: 'wholesale #31' });
    await row.filter({ hasText: 'every record was rejected' }).waitFor();
    assert.equal(await row.locator('.mark').getAttribute('data-state'), 'rejected');
  });

  it('keeps its figures and charts in sight, however many tenants have problems', async () => {
    const { tenants } = platform;
    const problem = { code: 'PROFILE_INVALID', message: 'the profile has errors', hint: 'Correct it.' };
    platform.tenants = [...tenants, ...Array.from({ length: 300 }, (_, i) => tenant(`broken_${i}`, { problem }))];
    platform.changed();
    const problems = section('overview').getByRole('list', { name: 'Problems' });
    await problems.getByText(/\d+ more tenants have problems/).waitFor();
    const height = (await problems.boundingBox())?.height ?? Infinity;
    assert.ok(height < 200, `${height} px high`);
    await section('log').getByText('The first 200 of 304 tenants can be chosen here').waitFor();
    platform.tenants = tenants;
    platform.changed();
    await problems.waitFor({ state: 'hidden' });
  });

  it('opens the record of a run, and cancels one', async () => {
    await section('runs').getByRole('button', { name: 'gift_card #11' }).click();
    await window.page.locator('.tab.active', { hasText: 'gift_card' }).waitFor();
    await back();
    await section('runs').getByRole('button', { name: 'Cancel run 12 of gift_card' }).click();
    await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Cancel Run' }).click();
    await until(20_000, 'the cancellation', () => platform.calls.some(([what]) => what === 'cancelRun'));
  });

  it('follows the logs, and finds in them', async () => {
    await platform.log('gift_card', { text: 'needle one' }, { text: 'hay' }, { text: 'needle two' });
    await logLines().filter({ hasText: 'needle two' }).waitFor();
    const search = section('log').locator('vscode-text-field');
    await search.locator('input').fill('NEEDLE');
    await section('log').getByText('2 lines found in').waitFor();
    assert.deepEqual(await logLines().locator('mark').allTextContents(), ['needle', 'needle']);
    await search.locator('input').fill('');
    await logLines().filter({ hasText: 'hay' }).waitFor();
  });

  it('shows the levels and the tenant that were chosen', async () => {
    await platform.log('gift_card', { level: 'error', text: 'a grave thing' });
    await platform.log('digital_video_games', { level: 'error', text: 'another one' });
    await choose('Least level', 'Errors');
    await logLines().filter({ hasText: 'another one' }).waitFor();
    await logLines().filter({ hasText: 'needle' }).first().waitFor({ state: 'detached' });
    await choose('Tenant', 'gift_card');
    await logLines().filter({ hasText: 'another one' }).waitFor({ state: 'detached' });
    await logLines().filter({ hasText: 'a grave thing' }).waitFor();
  });

  it('stands still while it is paused, and says how much waits', async () => {
    await section('log').getByRole('button', { name: 'Pause' }).click();
    await platform.log('gift_card', { level: 'error', text: 'held back' });
    await section('log').getByText('Paused: 1 new line waits.').waitFor();
    assert.equal(await logLines().filter({ hasText: 'held back' }).count(), 0);
    await section('log').getByRole('button', { name: 'Resume' }).click();
    await logLines().filter({ hasText: 'held back' }).waitFor();
  });

  it('can be used by the keyboard alone', async () => {
    const folding = section('runs').locator('summary');
    await folding.focus();
    await window.page.keyboard.press('Enter');
    await section('runs').locator('table').waitFor({ state: 'hidden' });
    await window.page.keyboard.press('Space');
    await section('runs').locator('table').waitFor();
    await section('log').getByRole('log').focus();
    await section('log').locator('[role=log]:focus-visible').waitFor();
  });

  it('is there again after a reload, with the filter that was chosen', async function () {
    this.timeout(120_000);
    // Not the browser's reload, which gives the editor no time to write down what is open.
    const loaded = window.page.waitForEvent('load', { timeout: 60_000 });
    await window.runCommand('Developer: Reload Window');
    await loaded;
    await window.ready();
    view = await window.webview('Statistics');
    await section('overview').getByText('Running elsewhere').waitFor();
    await section('log').locator('.selected-value', { hasText: 'Errors' }).waitFor();
    await section('log').locator('.selected-value', { hasText: 'gift_card' }).waitFor();
    await logLines().filter({ hasText: 'a grave thing' }).waitFor();
    assert.equal(await logLines().filter({ hasText: 'another one' }).count(), 0);
  });

  it('is shown anew when it comes back from behind another editor', async () => {
    await window.openFile(join(platform.folder.root, 'mysimbdp.yaml'));
    platform.runs = [activeRun('gift_card', 13, { rows: 777 })];
    platform.changed();
    await back();
    await section('runs').locator('tr', { hasText: 'gift_card #13' }).waitFor();
  });

  for (const theme of ['light', 'dark', 'highContrast'] as const)
    it(`has nothing serious for axe-core to find in the theme ${theme}`, async function () {
      this.timeout(120_000);
      await window.setTheme(theme);
      await section('throughput').locator('canvas').first().waitFor();
      assert.deepEqual(await seriousViolations(view), []);
    });

  it('keeps to its security policy', () => assert.deepEqual(policyViolations, []));

  it('says what to do when the platform is stopped', async function () {
    this.timeout(120_000);
    await platform.stop();
    await section('overview').getByText('The platform is stopped').waitFor({ timeout: 60_000 });
    for (const figure of ['Throughput', 'Data rate', 'Active runs', 'Waiting files'])
      await section('overview')
        .locator('.figures > div', { hasText: figure })
        .getByText('–', { exact: true })
        .waitFor();
    await section('overview').getByRole('button', { name: 'Start Platform' }).click();
    await section('overview').getByText('Running', { exact: true }).waitFor({ timeout: 60_000 });
  });

  async function back(): Promise<void> {
    await window.page.locator('.tab', { hasText: 'mysimbdp Monitor' }).click();
    view = await window.webview('Statistics');
  }

  async function choose(label: string, option: string): Promise<void> {
    const dropdown = section('log').getByRole('combobox', { name: label });
    await dropdown.click();
    await dropdown.getByRole('option', { name: option, exact: true }).click();
  }
});

/** Of the panel's policy rather than the workbench's own. */
function isPanels(text: string): boolean {
  return text.includes('vscode-cdn.net');
}
