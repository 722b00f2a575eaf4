import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ControlPlaneClient } from '../../src/api/client.ts';
import { findControlPlane } from '../../src/api/location.ts';
import { until } from '../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { itemsApp, itemsProfile } from '../platform/platform-fixture.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

const patienceMs = 30_000;
const slow = itemsProfile({ batch: '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 500 } }' });

/** A platform with one tenant that ingests CSV files, and no other. */
const files = {
  'mysimbdp.yaml': 'platform: test\ntenants:\n  - name: acme\n',
  'tenants/shop/tenant.yaml': undefined,
  'tenants/shop/apps/sales/app.ts': undefined,
  'tenants/acme/tenant.yaml': `tenant: acme\n${itemsProfile()}`,
  'tenants/acme/apps/items/app.ts': itemsApp,
};
const csv = (count: number) => `id,name\n${Array.from({ length: count }, (_, i) => `${i + 1},n${i + 1}`).join('\n')}\n`;

describe('the platform in the editor', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  before(async () => {
    platform = await workbench.platform(files);
    await mkdir(join(platform.root, 'tenants/acme/staging'), { recursive: true });
    window = await workbench.open({ folder: platform.root });
  });

  async function client(): Promise<ControlPlaneClient> {
    const location = await until(patienceMs, 'a control plane', () =>
      findControlPlane(new PlatformFolder(platform.root)),
    );
    return new ControlPlaneClient(location);
  }

  /** Opens the views of mysimbdp, and gives the row of one that has a text. */
  async function row(text: string | RegExp) {
    await window.runCommand('View: Show mysimbdp');
    const found = window.page.locator('.pane-body .monaco-list-row').filter({ hasText: text }).first();
    await found.waitFor();
    return found;
  }

  it('starts from the palette, and shows its state and its tenants', async () => {
    await window.runCommand('mysimbdp: Start Platform');
    await row(/running$/);
    await row('acme');
    await window.page.locator('.statusbar-item', { hasText: 'mysimbdp' }).waitFor();
    assert.equal((await (await client()).status()).tenants.length, 1);
  });

  it('ingests what is staged, tells the result, and shows run, record and rows', async () => {
    await platform.write('first.csv', 'id,name\n1,one\n2,two\nx,bad\n');
    await rename(join(platform.root, 'first.csv'), join(platform.root, 'tenants/acme/staging/first.csv'));
    await window.runCommand('mysimbdp: Run Batch Now');
    await window.notification(/2 stored, 1 quarantined/);
    const run = await row(/acme-1.*2 stored · 1 quarantined/);
    await run.click();
    await window.page.locator('.tab.active', { hasText: 'acme-1.json' }).waitFor();
    await window.runCommand('mysimbdp: Preview Table');
    await window.pick('acme');
    await window.page.locator('.tab.active', { hasText: 'acme.items.txt' }).waitFor();
    await window.page.locator('.view-lines', { hasText: 'two' }).waitFor();
  });

  it('shows rejected records beside their lines in the source', async () => {
    await window.runCommand('mysimbdp: Open Quarantined Rows');
    await window.pick('first.csv');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Line 4' }).waitFor();
    await window.page.locator('.tab', { hasText: 'first.csv.rejected.ndjson' }).waitFor();
    const source = window.page.locator('.editor-group-container .tab', { hasText: /^first\.csv$/ });
    await source.waitFor();
    await window.page.keyboard.press('Escape');
    await source.click();
    await window.page.keyboard.type('x');
    await window.page.locator('.monaco-editor-overlaymessage', { hasText: 'read-only' }).waitFor();
  });

  it('goes on with a run after the window was reloaded, and doubles nothing', async () => {
    await platform.write('tenants/acme/tenant.yaml', `tenant: acme\n${slow}`);
    await until(patienceMs, 'the new profile', async () => {
      const log = await (await client()).status();
      return log.tenants[0]?.problem === null;
    });
    // It appears complete: whoever writes on in staging changes a file that is taken.
    await platform.write('long.csv', csv(5000));
    await rename(join(platform.root, 'long.csv'), join(platform.root, 'tenants/acme/staging/long.csv'));
    const before = await client();
    await until(patienceMs, 'progress', async () => {
      const { runs } = await before.status();
      return (runs[0]?.report?.counters.read ?? 0) > 500;
    });
    await window.reload();
    const record = await until(90_000, 'the end of the run', async () => {
      const now = await findControlPlane(new PlatformFolder(platform.root));
      if (!now) return undefined;
      const log = await new ControlPlaneClient(now).ingestionLog({ tenant: 'acme' }).catch(() => []);
      return log.find(({ file, outcome }) => file === 'long.csv' && outcome !== 'deferred');
    });
    assert.deepEqual([record.outcome, record.counters.read, record.counters.stored], ['ingested', 5000, 5000]);
  });

  it('is attached to by a second window, and lives on when that is closed', async () => {
    const second = await workbench.open({ folder: platform.root });
    await second.runCommand('View: Show mysimbdp');
    await second.page.locator('.pane-body .monaco-list-row', { hasText: 'running in another process' }).waitFor();
    await second.close();
    assert.equal((await (await client()).status()).platform, 'test');
  });

  it('stops from the palette, and starts no more by itself', async () => {
    await window.runCommand('mysimbdp: Stop Platform');
    await until(patienceMs, 'the end', () => !existsSync(join(platform.root, '.mysimbdp', 'control-plane.json')));
    await row(/stopped/);
    await window.reload();
    await row(/stopped/);
  });
});
