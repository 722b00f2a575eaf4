// Takes the pictures of README, and the icon out of its drawing: the packaged extension on the demo platform, in a real
// workbench. Run with: npm run screenshots [-- <picture>…]
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDemo } from '../src/cli/demo/demo-folder.ts';
import { QuickInput } from '../test/workbench/harness/quick-input.ts';
import { StandaloneWorkbench } from '../test/workbench/harness/standalone-workbench.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, 'media', 'screenshots');

/** One function a picture, in the order they are taken: each goes on from where the one before has left the window. */
const scenes = { wizard, profile, sample, overview, quarantine };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in scenes));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${Object.keys(scenes).join(', ')}.`);
  process.exit(2);
}
const sound = 'partitionKey: [state]';
const mistaken = 'partitionKey: [stat]';
const scratch = await mkdtemp(join(tmpdir(), 'mysimbdp-pictures-'));
const workbench = await StandaloneWorkbench.start();
try {
  await mkdir(pictures, { recursive: true });
  const folder = join(scratch, 'demo');
  await createDemo(folder);
  const window = await workbench.open({ folder });
  await window.page.setViewportSize({ width: 1440, height: 900 });
  await window.setTheme('dark');
  for (const [name, scene] of Object.entries(scenes)) {
    await scene(window, folder).catch(async (error) => {
      await window.saveEvidence(join(root, 'test-results', 'screenshots'), name);
      throw error;
    });
    if (wanted.length === 0 || wanted.includes(name)) await window.screenshot(join(pictures, `${name}.png`));
    await window.page.keyboard.press('Escape');
    console.log(name);
  }
  await drawIcon(window);
} finally {
  await workbench.stop();
  await rm(scratch, { recursive: true, force: true });
}

/** The wizard where it proposes types from a file. */
async function wizard(window) {
  const input = new QuickInput(window);
  await window.runCommand('View: Show mysimbdp');
  await window.runCommand('mysimbdp: Add Tenant…');
  await input.at('Add Tenant: Name');
  await input.enter('airports');
  await input.at('Add Tenant: Plan');
  await input.accept();
  await input.at('Add Tenant: Template');
  await input.pick('Any CSV');
  await input.at('Add Tenant: Sample File');
  await input.pick('Choose a file…');
  await input.chooseFile(join(root, 'node_modules', 'vega-datasets', 'data', 'airports.csv'));
  await input.at('Add Tenant: Columns');
  await input.accept();
  await input.at('Add Tenant: Types');
  await input.row('latitude').waitFor();
}

async function changeProfile(folder, from, to) {
  const file = join(folder, 'tenants', 'birdstrikes', 'tenant.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
  return file;
}

/** A profile with a mistake and what to do about it, below it what is wrong. */
async function profile(window, folder) {
  await window.runCommand('View: Close Primary Side Bar');
  await window.page.setViewportSize({ width: 1120, height: 700 });
  const file = await changeProfile(folder, sound, mistaken);
  await window.openFile(file);
  // It may be above or below what is in sight.
  await window.page
    .locator('.codelens-decoration a', { hasText: 'Run on sample' })
    .first()
    .waitFor({ state: 'attached' });
  const problems = await window.problems();
  await problems.filter({ hasText: 'stat' }).click();
  await window.page.keyboard.press('Control+Period');
  await window.page.locator('.action-widget', { hasText: 'Change to "state"' }).waitFor();
}

/** What an app makes of the first records of a file. */
async function sample(window, folder) {
  await changeProfile(folder, mistaken, sound);
  await window.page.setViewportSize({ width: 1440, height: 900 });
  await window.runCommand('View: Hide Panel');
  await window.runCommand('View: Close Primary Side Bar');
  await window.runCommand('View: Close All Editors');
  await window.openFile(join(folder, 'tenants', 'birdstrikes', 'apps', 'birdstrikes', 'app.ts'));
  await window.runCommand('mysimbdp: Run App on Sample');
  await window.pick('birdstrikes.csv');
  await window.webview(/records? read/);
}

/** All tenants at work, with the monitoring panel. */
async function overview(window) {
  await window.runCommand('View: Close All Editors');
  await window.runCommand('View: Show mysimbdp');
  await window.runCommand('mysimbdp: Open Monitoring Panel');
  await window.runCommand('mysimbdp: Start Platform');
  const panel = await window.webview('Statistics');
  await window.page.locator('.pane-body .monaco-list-row', { hasText: 'running' }).first().waitFor();
  await panel
    .locator('.section.runs tr', { hasText: 'gift_card' })
    .filter({ hasText: /[4-9]\d %/ })
    .waitFor();
  await panel.locator('.section.statistics tr.total').waitFor();
  await panel
    .locator('.section.throughput li', { hasText: 'gift_card' })
    .filter({ hasText: /[1-9][\d,]* rows/ })
    .waitFor();
}

/** Rejected records beside their lines. */
async function quarantine(window) {
  await window.page
    .locator('.pane-body .monaco-list-row', { hasText: /0 runs active/ })
    .first()
    .waitFor({ timeout: 60_000 });
  await window.runCommand('View: Close All Editors');
  await window.runCommand('mysimbdp: Open Quarantined Rows');
  await window.pick('birdstrikes.csv');
  const rejected = window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Line' }).first();
  await rejected.click();
  await window.page
    .locator('.tab', { hasText: /^birdstrikes\.csv$/ })
    .first()
    .waitFor();
}

/** media/icon.png, 128 by 128, as the Marketplace wants it. */
async function drawIcon(window) {
  const page = await window.page.context().newPage();
  await page.setViewportSize({ width: 128, height: 128 });
  const drawing = await readFile(join(root, 'media', 'icon.svg'), 'utf8');
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing}`);
  await page.screenshot({ path: join(root, 'media', 'icon.png'), omitBackground: true });
}
