import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TenantIntake } from '../../src/batch/tenant-intake.ts';
import { IngestionLogs } from '../../src/records/ingestion-logs.ts';
import { MetadataStore } from '../../src/records/metadata-store.ts';
import { appOf, loadTenant } from '../../src/tenants/load-tenant.ts';
import { PlatformFixture, itemsProfile } from './platform-fixture.ts';

const day = '2026-03-01';
const now = Date.parse(`${day}T12:00:00Z`);

describe('files that are kept out', () => {
  let platform: PlatformFixture;
  let metadata: MetadataStore;
  let logs: IngestionLogs;
  let transactions: number;
  let intake: TenantIntake;
  beforeEach(async () => {
    const batch = '{ files: { settleSeconds: 0 }, quota: { mbPerDay: 0.001 } }';
    platform = await PlatformFixture.create([{ name: 'acme', profile: itemsProfile({ batch }) }]);
    await mkdir(dirname(platform.folder.metadataFile), { recursive: true });
    metadata = await MetadataStore.open({ metadata: platform.folder.metadataFile });
    logs = new IngestionLogs(platform.folder);
    transactions = 0;
    const counting = new Proxy(metadata, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as (...all: unknown[]) => unknown;
        if (name === 'recordRefusals') transactions++;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    intake = new TenantIntake('acme', {
      folder: platform.folder,
      timeZone: () => 'UTC',
      metadata: counting,
      logs,
      isUnderWay: () => false,
      isBlocked: () => false,
      movedAway: () => undefined,
      now: () => now,
    });
  });
  afterEach(async () => {
    await logs.dispose();
    await metadata.dispose();
    await platform.dispose();
  });

  it('do not hold up what waits, and are recorded some hundreds at a time', async () => {
    const profile = await loadTenant(platform.folder, 'acme');
    for (let i = 0; i < 1200; i++) await writeFile(`${platform.folder.staging('acme')}/f${i}.exe`, '');
    await platform.stage('acme', 'good.csv', 'id,name\n1,a\n');
    let published: { waiting: string[]; transactions: number } | undefined;
    await intake.scan(profile, new Set(), () => {
      published = { waiting: intake.waiting.map(({ name }) => name), transactions };
    });
    assert.deepEqual(published, { waiting: ['good.csv'], transactions: 0 });
    assert.deepEqual([intake.countKeptOut('refused'), transactions], [1200, 3]);
    assert.equal((await metadata.ingestionLog({ outcome: 'refused', limit: 2000 })).length, 1200);
  });

  it('by the quota of a day are counted, and looked at again when they are replaced or bytes are given back', async () => {
    const profile = await loadTenant(platform.folder, 'acme');
    const app = appOf(profile, undefined);
    const look = async () => {
      await intake.scan(profile, new Set());
      const { files } = await intake.withinQuota(intake.reserve(app.name, 10), app, profile);
      await intake.scan(profile, new Set());
      return [files.map(({ name }) => name), intake.countKeptOut('deferred'), intake.countWaiting().files];
    };
    await metadata.addDayUsage('acme', day, 700);
    await platform.stage('acme', 'a.csv', 'x'.repeat(600));
    await platform.stage('acme', 'b.csv', 'x'.repeat(900));
    assert.deepEqual(await look(), [[], 2, 0]);
    assert.deepEqual(await look(), [[], 2, 0]);
    // A smaller one that fits.
    await platform.stage('acme', 'a.csv', 'x'.repeat(200));
    assert.deepEqual(await look(), [['a.csv'], 1, 1]);
    // A run that failed gives back what it was charged for.
    await metadata.addDayUsage('acme', day, -650);
    await intake.scan(profile, new Set());
    assert.deepEqual([intake.countKeptOut('deferred'), intake.hasWaiting(app.name)], [0, true]);
  });
});
