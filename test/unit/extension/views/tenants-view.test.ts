import assert from 'node:assert/strict';
import type { PlatformSession } from '../../../../src/extension/platforms/platform-session.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import type { Statistics } from '../../../../src/protocol/ingestion-log.ts';
import type { ActiveRun, TenantStatus } from '../../../../src/protocol/management.ts';
import { exampleRun, noStatistics } from '../../cli/examples.ts';
import { openEditor } from '../editor/editor.ts';

interface Scene {
  tenants?: Partial<TenantStatus>[];
  runs?: ActiveRun[];
  figures?: Record<string, Partial<Statistics>>;
}

describe('the view of tenants', () => {
  before(() => openEditor());

  /** What the parts of the tenant `north` that have to be read depend on, by label. */
  async function versions({
    tenants = [],
    runs = [],
    figures = {},
  }: Scene): Promise<Record<string, string | undefined>> {
    const { tenantNodes } = await import('../../../../src/extension/views/tenants-view.ts');
    const idle = { registered: true, enabled: true, problem: null, plan: null, apps: [] };
    const nothing = { waitingFiles: 0, waitingBytes: 0, runningFiles: 0 };
    const byTenant = Object.entries(figures).map(([key, change]) => ({
      key,
      statistics: { ...noStatistics(), ...change },
    }));
    const session = {
      folder: new PlatformFolder('/platform'),
      status: {
        tenants: ['north', 'south'].map((tenant, n) => ({ tenant, ...idle, ...nothing, ...tenants[n] })),
        runs,
      },
      statistics: { byTenant },
    };
    const [north] = tenantNodes({} as Services, [session as unknown as PlatformSession]);
    const parts = north?.children?.() ?? [];
    return Object.fromEntries(parts.flatMap(({ label, load }) => (load ? [[label, load.version]] : [])));
  }
  const counters = { ...noStatistics().counters, quarantined: 3 };
  const past = { north: { runs: 4, files: 9, counters } };
  const run = exampleRun();

  it('reads nothing of a tenant again for what another one does', async () => {
    const south = { waitingFiles: 8, runningFiles: 2 };
    const before = await versions({ figures: past });
    assert.deepEqual(Object.keys(before), ['Staging', 'Quarantine', 'Tables']);
    const busy = {
      tenants: [{}, south],
      runs: [{ ...run, tenant: 'south' }],
      figures: { ...past, south: { runs: 1 } },
    };
    assert.deepEqual(await versions(busy), before);
  });

  it('reads again what a tenant’s own doings change', async () => {
    const before = await versions({ figures: past });
    const changed = async (scene: Scene) => {
      const after = await versions({ figures: past, ...scene });
      return Object.keys(after).filter((label) => after[label] !== before[label]);
    };
    assert.deepEqual(await changed({ tenants: [{ waitingFiles: 1 }] }), ['Staging']);
    assert.deepEqual(await changed({ runs: [run] }), ['Tables']);
    assert.deepEqual(await changed({ figures: { north: { ...past.north, runs: 5 } } }), Object.keys(before));
  });
});
