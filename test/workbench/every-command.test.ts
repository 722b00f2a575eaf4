import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { ControlPlaneClient } from '../../src/api/client.ts';
import { findControlPlane } from '../../src/api/location.ts';
import { until } from '../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { itemsApp, itemsProfile } from '../platform/platform-fixture.ts';
import { contributedCommands } from './harness/from-palette.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { QuickInput } from './harness/quick-input.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

const patienceMs = 60_000;
const slow = itemsProfile({ batch: '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 50 } }' });
const csv = (count: number) => `id,name\n${Array.from({ length: count }, (_, i) => `${i + 1},n${i + 1}`).join('\n')}\n`;

/** `acme` runs on demand, `slow` takes its time, `spare` is not registered. */
const files = {
  'mysimbdp.yaml': 'platform: test\ntenants:\n  - name: acme\n  - name: slow\n',
  'tenants/shop/tenant.yaml': undefined,
  'tenants/shop/apps/sales/app.ts': undefined,
  'tenants/acme/tenant.yaml': `tenant: acme\n${itemsProfile({ app: 'schedule: manual' })}`,
  'tenants/acme/apps/items/app.ts': itemsApp,
  'tenants/slow/tenant.yaml': `tenant: slow\n${slow}`,
  'tenants/slow/apps/items/app.ts': itemsApp,
  'tenants/spare/tenant.yaml': `tenant: spare\n${itemsProfile()}`,
  'tenants/spare/apps/items/app.ts': itemsApp,
  'first.csv': 'id,name\n1,one\n2,two\nx,bad\n',
};

describe('each command from the palette', function () {
  this.timeout(120_000);
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  let input: QuickInput;
  const titles = new Map<string, string>();
  before(async () => {
    for (const { command, palette } of await contributedCommands()) titles.set(command, palette);
    platform = await workbench.platform(files);
    for (const tenant of ['acme', 'slow', 'spare']) await mkdir(join(platform.root, 'tenants', tenant, 'staging'));
    window = await workbench.open({ folder: platform.root });
    input = new QuickInput(window);
  });

  const path = (file: string) => join(platform.root, file);
  const tab = (title: string | RegExp): Locator => window.page.locator('.tab.active', { hasText: title });
  const dialog = (text: string): Locator => window.page.locator('.monaco-dialog-box', { hasText: text });
  const platformFile = () => readFile(path('mysimbdp.yaml'), 'utf8');

  async function client(): Promise<ControlPlaneClient> {
    const location = await until(patienceMs, 'a control plane', () =>
      findControlPlane(new PlatformFolder(platform.root)),
    );
    return new ControlPlaneClient(location);
  }

  /** Answers a question with one of its entries. */
  async function answer(title: string, label: string): Promise<void> {
    await input.at(title);
    await window.pick(label);
  }

  /** A text of the document or output that is in front. */
  async function shows(text: string): Promise<void> {
    await window.page.locator('.view-lines', { hasText: text }).first().waitFor();
  }

  async function outputOf(channel: string, text: string): Promise<void> {
    await window.page.locator('.panel .monaco-select-box, .panel select', { hasText: channel }).first().waitFor();
    await window.page.locator('.output-view .view-lines', { hasText: text }).waitFor();
  }

  /** What commands for services say on the embedded runtime. */
  async function hasNoServices(): Promise<void> {
    await window.notification('has no services: it is down, or its runtime is the embedded one');
    await window.runCommand('Notifications: Clear All Notifications');
  }

  /** The run of the tenant `slow` that is under way. */
  async function slowRun(): Promise<string> {
    const control = await client();
    const run = await until(patienceMs, 'a run of slow', async () => {
      const { runs } = await control.status();
      return runs.find(({ report }) => (report?.counters.read ?? 0) > 0);
    });
    return run.runId;
  }

  /** What each command is held to once it was taken from the palette; in this order. */
  const uses: Record<string, () => Promise<void>> = {
    'mysimbdp.createPlatform': async () => {
      await input.at('Create Platform Folder');
      await input.leave();
    },
    'mysimbdp.openPlatform': async () => {
      await input.at('Open Platform Folder');
      await input.leave();
    },
    'mysimbdp.openDemo': async () => {
      await input.at('A folder for the demo platform');
      await input.leave();
    },
    'mysimbdp.startPlatform': async () => {
      const { tenants } = await (await client()).status();
      assert.equal(tenants.length, 3);
    },
    'mysimbdp.showStatus': async () => {
      await tab('.txt').waitFor();
      await shows('test is up since');
      await shows('acme');
    },
    'mysimbdp.chooseRuntime': async () => {
      await input.at('Where Cassandra and Kafka come from');
      await input.leave();
    },
    'mysimbdp.showServiceLog': hasNoServices,
    'mysimbdp.copyConnection': hasNoServices,
    'mysimbdp.openCqlsh': hasNoServices,
    'mysimbdp.showProvision': async () => {
      await window.notification('names no external cluster');
      await window.runCommand('Notifications: Clear All Notifications');
    },
    'mysimbdp.doctor': async () => {
      await shows('SQLite');
    },
    'mysimbdp.showMenu': async () => {
      await input.row('Stop platform').waitFor();
      await input.leave();
    },
    'mysimbdp.showPlatformLog': () => outputOf('mysimbdp: ', 'platform-started'),
    'mysimbdp.addTenant': async () => {
      await input.at('Add Tenant: Name');
      await input.leave();
    },
    'mysimbdp.editProfile': async () => {
      await answer('Which tenant?', 'acme');
      await tab('tenant.yaml').waitFor();
    },
    'mysimbdp.checkProfiles': async () => {
      await window.notification('Nothing is wrong in mysimbdp.yaml, tenants/*/tenant.yaml.');
    },
    'mysimbdp.checkProfile': async () => {
      await answer('Which tenant?', 'acme');
      await window.notification('Nothing is wrong in tenants/acme/tenant.yaml.');
    },
    'mysimbdp.registerTenant': async () => {
      await answer('Which tenant?', 'spare');
      await until(patienceMs, 'its entry', async () => (await platformFile()).includes('name: spare'));
    },
    'mysimbdp.disableTenant': async () => {
      await answer('Which tenant?', 'spare');
      await until(patienceMs, 'the change', async () => (await platformFile()).includes('enabled: false'));
    },
    'mysimbdp.enableTenant': async () => {
      await answer('Which tenant?', 'spare');
      await until(patienceMs, 'the change', async () => (await platformFile()).includes('enabled: true'));
    },
    'mysimbdp.removeTenant': async () => {
      await answer('Which tenant?', 'spare');
      await dialog('Remove the tenant spare').getByRole('button', { name: 'Unregister, Keep Its Data' }).click();
      await until(patienceMs, 'the end of its entry', async () => !(await platformFile()).includes('spare'));
    },
    'mysimbdp.addFiles': async () => {
      await answer('Which tenant?', 'acme');
      await input.at('Add files to the staging directory of acme');
      await input.chooseFile(path('first.csv'));
      await until(patienceMs, 'the file', () => existsSync(path('tenants/acme/staging/first.csv')));
    },
    'mysimbdp.openStaging': async () => {
      await answer('Which tenant?', 'acme');
      await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'first.csv' }).first().waitFor();
      await window.page.locator('.explorer-folders-view .monaco-list-row.selected', { hasText: 'staging' }).waitFor();
    },
    'mysimbdp.runOnSample': async () => {
      await answer('Which tenant?', 'acme');
      await input.at('Which file is items tried on? Nothing is stored.');
      await window.pick('first.csv');
      await window.webview(/3 records read, 2 would be stored as 2 rows/);
    },
    'mysimbdp.debugOnSample': async () => {
      await answer('Which tenant?', 'acme');
      await window.page.locator('.repl .monaco-list-row', { hasText: 'first.csv, record 1, line 2' }).first().waitFor();
    },
    'mysimbdp.runBatchNow': async () => {
      await window.notification(/1 file, 2 stored, 1 quarantined/);
      assert.deepEqual(await readdir(path('tenants/acme/staging')), []);
    },
    'mysimbdp.ingestFile': async () => {
      await input.at('Files to ingest');
      await input.leave();
    },
    'mysimbdp.showTenantLog': async () => {
      await answer('Which tenant?', 'acme');
      await outputOf('mysimbdp: acme', 'first.csv');
    },
    'mysimbdp.openRunRecord': async () => {
      await answer('Which run?', 'acme-1');
      await tab('acme-1.json').waitFor();
      await shows('"quarantined": 1');
    },
    'mysimbdp.openQuarantine': async () => {
      await answer('Which file, or the rejected records of which file?', 'first.csv');
      await input.row('Line 4').waitFor();
      await window.page.keyboard.press('Escape');
    },
    'mysimbdp.previewTable': async () => {
      await answer('Which tenant?', 'acme');
      await tab('items').waitFor();
      await shows('two');
    },
    'mysimbdp.cancelRun': async () => {
      await answer('Which run?', 'slow-1');
      await dialog('Cancel the run slow-1?').getByRole('button', { name: 'Cancel Run' }).click();
      const control = await client();
      await until(patienceMs, 'the end of the run', async () =>
        (await control.runLog({ tenant: 'slow' })).some(({ outcome }) => outcome === 'cancelled'),
      );
    },
    'mysimbdp.retryRun': async () => {
      await answer('Which run?', 'slow-1');
      assert.equal(await slowRun(), 'slow-2');
      await (await client()).cancelRun('slow-2');
    },
    'mysimbdp.openMonitor': async () => {
      await window.webview('Statistics');
    },
    'mysimbdp.restartPlatform': async () => {
      const before = beforeRestart;
      await until(patienceMs, 'another control plane', async () => {
        const location = await findControlPlane(new PlatformFolder(platform.root));
        return location !== undefined && location.startedAt !== before;
      });
    },
    'mysimbdp.stopPlatform': async () => {
      await until(patienceMs, 'the end', () => !existsSync(path('.mysimbdp/control-plane.json')));
    },
  };

  let beforeRestart = 0;
  /** What has to be so before a command is taken. */
  const needs: Record<string, () => Promise<void>> = {
    'mysimbdp.cancelRun': async () => {
      await platform.write('long.csv', csv(5000));
      await rename(path('long.csv'), path('tenants/slow/staging/long.csv'));
      assert.equal(await slowRun(), 'slow-1');
    },
    'mysimbdp.restartPlatform': async () => {
      beforeRestart = (await findControlPlane(new PlatformFolder(platform.root)))?.startedAt ?? 0;
    },
  };

  it('is told of here', () => {
    assert.deepEqual([...titles.keys()].sort(), Object.keys(uses).sort());
  });

  for (const [command, use] of Object.entries(uses))
    it(command, async () => {
      await needs[command]?.();
      await window.runCommand(titles.get(command) ?? command);
      await use();
    });
});
