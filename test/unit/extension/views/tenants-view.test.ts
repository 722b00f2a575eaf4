import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restage } from '../../../../src/batch/restage.ts';
import type { PlatformSession } from '../../../../src/extension/platforms/platform-session.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { QuarantinedFiles } from '../../../../src/extension/views/quarantined-files.ts';
import { until } from '../../../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import type { IngestionRecord, Statistics } from '../../../../src/protocol/ingestion-log.ts';
import type { ActiveRun, TenantStatus } from '../../../../src/protocol/management.ts';
import { exampleRecord, exampleRun, noStatistics } from '../../cli/examples.ts';
import { openEditor } from '../editor/editor.ts';

interface Scene {
  tenants?: Partial<TenantStatus>[];
  runs?: ActiveRun[];
  figures?: Record<string, Partial<Statistics>>;
}

describe('the view of tenants', () => {
  before(() => openEditor());

  const session = {};
  let looks: number;
  let quarantined: QuarantinedFiles;
  let folder: PlatformFolder;
  let client: object;
  let log: IngestionRecord[];
  beforeEach(async () => {
    looks = 0;
    quarantined = new QuarantinedFiles(() => looks++);
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-tenants-')));
    log = [];
    client = { ingestionLog: () => Promise.resolve(log) };
  });
  afterEach(() => rm(folder.root, { recursive: true, force: true }));

  /** The parts of the tenant `north`. */
  async function parts({ tenants = [], runs = [], figures = {} }: Scene) {
    const { tenantNodes } = await import('../../../../src/extension/views/tenants-view.ts');
    const idle = { registered: true, enabled: true, problem: null, plan: null, apps: [] };
    const nothing = { waitingFiles: 0, waitingBytes: 0, runningFiles: 0, refusedFiles: 0, deferredFiles: 0 };
    const byTenant = Object.entries(figures).map(([key, change]) => ({
      key,
      statistics: { ...noStatistics(), ...change },
    }));
    Object.assign(session, {
      folder,
      client,
      status: {
        tenants: ['north', 'south'].map((tenant, n) => ({ tenant, ...idle, ...nothing, ...tenants[n] })),
        runs,
      },
      statistics: { byTenant },
    });
    const [north] = tenantNodes({ services: {} as Services, quarantined }, [session as unknown as PlatformSession]);
    return north?.children?.() ?? [];
  }

  /** What those of them that have to be read depend on, by label. */
  async function versions(scene: Scene): Promise<Record<string, string | undefined>> {
    return Object.fromEntries((await parts(scene)).flatMap(({ label, load }) => (load ? [[label, load.version]] : [])));
  }
  const counters = { ...noStatistics().counters, quarantined: 3 };
  const past = { north: { runs: 4, files: 9, counters } };
  const run = exampleRun();

  it('reads no tables where the workspace is not trusted: they may be in a cluster that it names', async () => {
    const { state } = await import('../editor/vscode.ts');
    state.trusted = false;
    try {
      const tables = (await parts({})).find(({ label }) => label === 'Tables');
      const [node] = (await tables?.load?.read()) ?? [];
      assert.equal(node?.label, 'Tables are read only where the workspace is trusted.');
    } finally {
      state.trusted = true;
    }
  });

  it('draws one of a thousand tenants again when one has changed, and none when none has', async () => {
    const { manyTenants } = await import('./many-tenants.ts');
    const { tree, becomes } = await manyTenants(1000);
    const drawn: (string | undefined)[] = [];
    tree.onDidChangeTreeData((nodes) => drawn.push(...(nodes?.map(({ label }) => label) ?? ['everything'])));
    await tree.getChildren();
    becomes(() => ({}));
    tree.refresh();
    assert.deepEqual(drawn, []);
    becomes((_, n) => (n === 500 ? { waitingFiles: 1 } : {}));
    tree.refresh();
    assert.deepEqual(drawn, ['tenant_500']);
    tree.dispose();
  });

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

  it('counts what lies in quarantine as a whole until it is retried, and lists it with its reason', async () => {
    const location = '.mysimbdp/quarantine/north/run-1/files/a.csv';
    const run = join(folder.quarantine('north'), 'run-1');
    await mkdir(join(run, 'files'), { recursive: true });
    await writeFile(join(run, 'files', 'a.csv'), '');
    await writeFile(join(run, 'a.csv.reason.json'), '');
    await mkdir(folder.tenant('north'), { recursive: true });
    const cause = { code: 'HEADER_DUPLICATE', message: 'twice' };
    log = [exampleRecord({ file: 'a.csv', outcome: 'failed', cause, location })];
    const quarantine = async (runs: number) =>
      (await parts({ figures: { north: { runs, files: 1 } } })).find(({ label }) => label === 'Quarantine');
    await quarantine(1);
    await until(5_000, 'the look into quarantine', () => looks === 1);
    const node = await quarantine(1);
    assert.deepEqual([node?.description, node?.color], ['1 file', 'list.warningForeground']);
    const [file, ...more] = (await node?.load?.read()) ?? [];
    assert.deepEqual([file?.label, file?.description, file?.tooltip, more], ['a.csv', 'HEADER_DUPLICATE', 'twice', []]);
    assert.deepEqual(file?.command?.arguments, [{ session, tenant: 'north', file: location }]);
    await restage(folder, 'north', location);
    await quarantine(2);
    await until(5_000, 'another look into quarantine', () => looks === 2);
    assert.equal((await quarantine(2))?.description, 'empty');
  });

  it('tells refused files apart from those that wait, and each by its reason', async () => {
    await mkdir(folder.staging('north'), { recursive: true });
    for (const name of ['a.csv', 'data.exe', 'large.csv']) await writeFile(join(folder.staging('north'), name), 'x');
    const cause = { code: 'WRONG', message: 'no csv', hint: 'rename it' };
    const refused = { outcome: 'refused', runId: null, cause } as const;
    // The second one was another file of that name.
    log = [
      exampleRecord({ ...refused, file: 'data.exe', fileBytes: 1 }),
      exampleRecord({ ...refused, file: 'large.csv', fileBytes: 1000 }),
    ];
    const scene = { tenants: [{ waitingFiles: 2, waitingBytes: 2, refusedFiles: 1, deferredFiles: 3 }] };
    const staging = (await parts(scene)).find(({ label }) => label === 'Staging');
    assert.deepEqual(
      [staging?.description, staging?.color],
      ['2 files waiting, 2 B · 3 over the quota of the day · 1 refused', 'list.warningForeground'],
    );
    const nodes = (await staging?.load?.read()) ?? [];
    assert.deepEqual(nodes.map(({ label, description, icon, tooltip }) => [label, description, icon, tooltip]).sort(), [
      ['a.csv', undefined, 'file', undefined],
      ['data.exe', 'WRONG', 'error', 'no csv\n\nrename it'],
      ['large.csv', undefined, 'file', undefined],
    ]);
  });
});
