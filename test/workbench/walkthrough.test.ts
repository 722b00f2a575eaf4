import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../../src/foundation/deadlines.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { QuickInput } from './harness/quick-input.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

const cities = 'city,country,people\nOulu,FI,215000\nTurku,FI,206000\nGraz,AT,303000\n';

describe('the walkthrough, from an empty folder to rows in the panel', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  let folder: OpenedPlatform;
  let elsewhere: OpenedPlatform;
  let window: WorkbenchWindow;
  let input: QuickInput;
  before(async () => {
    const nothing = {
      'mysimbdp.yaml': undefined,
      'tenants/shop/tenant.yaml': undefined,
      'tenants/shop/apps/sales/app.ts': undefined,
    };
    folder = await workbench.platform(nothing);
    elsewhere = await workbench.platform({ ...nothing, 'cities.csv': cities });
    window = await workbench.open({ folder: folder.root });
    input = new QuickInput(window);
  });

  const step = (title: string): Locator => window.page.locator('.getting-started-step', { hasText: title });
  const path = (file: string) => join(folder.root, file);

  /** Shows the walkthrough as it was left. */
  async function open(): Promise<void> {
    await window.runCommand('Welcome: Open Walkthrough...');
    await window.pick('Ingest Data for Your Tenants');
    await step('Create a platform folder').waitFor();
  }

  /** Opens a step, and takes what it offers. */
  async function take(title: string, button: string): Promise<void> {
    const wanted = step(title).getByRole('button', { name: button });
    if (!(await wanted.isVisible())) await step(title).locator('.step-title').click();
    await wanted.click();
  }

  async function done(title: string): Promise<void> {
    await step(title).locator('.codicon.complete').waitFor();
  }

  /** A step is ticked as soon as its command is called. */
  async function made(file: string): Promise<void> {
    await until(60_000, file, () => existsSync(path(file)));
  }

  it('makes a platform folder', async () => {
    await open();
    assert.equal(await step('').locator('.codicon.complete').count(), 0, 'nothing is done yet');
    const picture = (await window.webview('mysimbdp.yaml')).locator('pre').first();
    const isWhole = await picture.evaluate(
      (pre: { scrollWidth: number; clientWidth: number }) => pre.scrollWidth <= pre.clientWidth,
    );
    assert.equal(isWhole, true, 'the picture is cut off');
    await take('Create a platform folder', 'Create Platform Folder');
    await input.at('Create Platform Folder');
    await input.accept();
    await input.at('Create Platform Folder: Name');
    await input.enter('city');
    await made('mysimbdp.yaml');
    await done('Create a platform folder');
    assert.match(await readFile(path('mysimbdp.yaml'), 'utf8'), /^platform: city$/m);
  });

  it('starts the platform', async () => {
    await take('Start the platform', 'Start Platform');
    await done('Start the platform');
    await made('.mysimbdp/control-plane.json');
  });

  it('adds a tenant from a sample', async () => {
    await take('Add a tenant', 'Add Tenant');
    await input.at('Add Tenant: Name');
    await input.enter('places');
    for (const title of ['Plan', 'Template']) {
      await input.at(`Add Tenant: ${title}`);
      await input.accept();
    }
    await input.at('Add Tenant: Sample File');
    await input.pick('Choose a file…');
    await input.chooseFile(join(elsewhere.root, 'cities.csv'));
    for (const title of ['Columns', 'Types', 'Table', 'Partition Key', 'Clustering Key', 'Limits', 'Summary']) {
      await input.at(`Add Tenant: ${title}`);
      await input.accept();
    }
    await window.page.locator('.tab.active', { hasText: 'app.ts' }).waitFor();
    await open();
    await done('Add a tenant');
  });

  it('ingests a file', async () => {
    await take('Ingest a file', 'Add Files to Staging…');
    await input.at('Which tenant?');
    await window.pick('places');
    await input.at('Add files to the staging directory of places');
    await input.chooseFile(join(elsewhere.root, 'cities.csv'));
    await done('Ingest a file');
    await made('.mysimbdp/coredms/places.db');
  });

  it('shows its rows in the panel', async () => {
    await take('Watch it', 'Open Monitoring Panel');
    const panel = await window.webview('Statistics');
    const run = panel.locator('.section.runs tr', { hasText: 'places #1' });
    await run.filter({ hasText: 'done' }).waitFor();
    await panel.locator('.section.statistics tr.total td', { hasText: /^3$/ }).first().waitFor();
    await open();
    await done('Watch it');
  });

  it('stops the platform', async () => {
    await take('Stop the platform', 'Stop Platform');
    await until(60_000, 'the end', () => !existsSync(path('.mysimbdp/control-plane.json')));
    await done('Stop the platform');
  });
});
