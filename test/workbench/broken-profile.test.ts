import assert from 'node:assert/strict';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { ControlPlaneClient } from '../../src/api/client.ts';
import { findControlPlane } from '../../src/api/location.ts';
import { until } from '../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import type { IngestionRecord } from '../../src/protocol/ingestion-log.ts';
import { itemsApp, itemsProfile } from '../platform/platform-fixture.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

const patienceMs = 30_000;
const sound = (tenant: string) => `tenant: ${tenant}\n${itemsProfile()}`;

describe('a profile that is broken while the platform runs', function () {
  this.timeout(120_000);
  const workbench = useWorkbench();
  let platform: OpenedPlatform;
  let window: WorkbenchWindow;
  before(async () => {
    platform = await workbench.platform({
      'mysimbdp.yaml': 'platform: test\ntenants:\n  - name: acme\n  - name: other\n',
      'tenants/shop/tenant.yaml': undefined,
      'tenants/shop/apps/sales/app.ts': undefined,
      'tenants/acme/tenant.yaml': sound('acme'),
      'tenants/acme/apps/items/app.ts': itemsApp,
      'tenants/other/tenant.yaml': sound('other'),
      'tenants/other/apps/items/app.ts': itemsApp,
    });
    for (const tenant of ['acme', 'other']) await mkdir(join(platform.root, 'tenants', tenant, 'staging'));
    window = await workbench.open({ folder: platform.root });
    await window.runCommand('mysimbdp: Start Platform');
    await window.runCommand('View: Show mysimbdp');
    await tenantRow('acme').waitFor();
  });

  const profile = 'tenants/acme/tenant.yaml';
  const tenantRow = (text: string | RegExp): Locator =>
    window.page.locator('.pane-body .monaco-list-row').filter({ hasText: text }).first();

  async function stage(tenant: string, file: string): Promise<void> {
    await platform.write(file, 'id,name\n1,one\n');
    await rename(join(platform.root, file), join(platform.root, 'tenants', tenant, 'staging', file));
  }

  async function recordOf(tenant: string, file: string): Promise<IngestionRecord> {
    return until(patienceMs, `the record of ${file}`, async () => {
      const location = await findControlPlane(new PlatformFolder(platform.root));
      if (!location) return undefined;
      const log = await new ControlPlaneClient(location).ingestionLog({ tenant });
      return log.find((record) => record.file === file);
    });
  }

  it('is told of where it is wrong, at its tenant and in the status', async () => {
    await platform.write(profile, sound('acme').replace('table: items', 'table: nowhere'));
    const problems = await window.problems();
    await problems.filter({ hasText: 'there is no table `nowhere`' }).waitFor();
    await tenantRow(/acme.*PROFILE_BROKEN/).waitFor();
    await window.runCommand('mysimbdp: Show Status');
    const text = window.page.locator('.editor-group-container .view-lines');
    await text.filter({ hasText: 'PROFILE_BROKEN' }).filter({ hasText: 'tenants/acme/tenant.yaml' }).first().waitFor();
  });

  it('keeps its tenant from ingesting, and nobody else', async () => {
    await stage('acme', 'waits.csv');
    await stage('other', 'goes.csv');
    assert.equal((await recordOf('other', 'goes.csv')).outcome, 'ingested');
    await readFile(join(platform.root, 'tenants/acme/staging/waits.csv'));
  });

  it('ingests what has waited once it is mended', async () => {
    await platform.write(profile, sound('acme'));
    assert.equal((await recordOf('acme', 'waits.csv')).outcome, 'ingested');
    await tenantRow(/acme.*PROFILE_BROKEN/).waitFor({ state: 'detached' });
    const problems = await window.problems();
    await problems.first().waitFor({ state: 'hidden' });
  });
});
