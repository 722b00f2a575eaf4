import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import { removeTenantOffline } from '../../src/platform/remove-tenant.ts';
import { tenantParts } from '../../src/platform/tenant-data.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 30_000;
const csv = (from: number, count = 1) =>
  `id,name\n${Array.from({ length: count }, (_, i) => `${from + i},n${from + i}`).join('\n')}\n`;

/** Names of everything below the state and the tenants that has to do with a tenant. */
async function traces({ folder }: PlatformFixture, tenant: string): Promise<string[]> {
  const all = await readdir(folder.root, { recursive: true });
  return all.filter((path) => path.split('/').some((name) => name === tenant || name.startsWith(`${tenant}.db`)));
}

describe('removing a tenant with its data', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  it('deletes everything that it has, keeps everything of others, and begins anew when the tenant comes back', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }, { name: 'other' }]);
    const { controlPlane } = await fixture.up();
    const first = await fixture.ingest('acme', 'a.csv', `${csv(1)}x,bad\n`);
    await fixture.ingest('other', 'a.csv', csv(1));
    await fixture.stage('acme', 'notes.doc', 'refused');
    assert.deepEqual([first.counters.stored, first.counters.quarantined], [1, 1]);
    const kinds = (await tenantParts(fixture.folder, 'acme')).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['rows', 'archive', 'quarantine', 'logs', 'staging', 'folder']);

    await controlPlane.removeTenant('acme', true);
    assert.deepEqual(await traces(fixture, 'acme'), []);
    assert.deepEqual(await fixture.log('acme'), []);
    assert.doesNotMatch(await fixture.read('mysimbdp.yaml'), /acme/);
    const { tenants } = await controlPlane.status();
    assert.deepEqual(
      tenants.map(({ tenant }) => tenant),
      ['other'],
    );
    assert.equal((await fixture.rows('other')).length, 1);
    assert.equal((await fixture.log('other')).length, 1);

    await fixture.addTenant({ name: 'acme' });
    await controlPlane.addTenant('acme');
    const again = await fixture.ingest('acme', 'a.csv', `${csv(1)}x,bad\n`);
    assert.equal(again.outcome, 'partial', 'the same bytes are no duplicate');
    assert.notEqual(again.runId, first.runId, 'an id is never given twice');
  });

  it('is refused while a run of the tenant is under way, and changes nothing', async () => {
    const slow = itemsProfile({ batch: '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 50 } }' });
    fixture = await PlatformFixture.create([{ name: 'acme', profile: slow }]);
    const { controlPlane } = await fixture.up();
    await fixture.stage('acme', 'long.csv', csv(1, 5000));
    const run = await until(patienceMs, 'a run', async () => (await controlPlane.status()).runs[0]);
    await assert.rejects(controlPlane.removeTenant('acme', true), {
      code: 'TENANT_BUSY',
      kind: 'conflict',
      message: new RegExp(run.runId),
    });
    assert.match(await fixture.read('mysimbdp.yaml'), /acme/);
    await controlPlane.cancelRun(run.runId);
    await until(patienceMs, 'the end of the run', async () => (await controlPlane.status()).runs.length === 0);
    await until(patienceMs, 'the removal', () =>
      controlPlane.removeTenant('acme', true).then(
        () => true,
        (error: unknown) => {
          assert.equal((error as { code?: unknown }).code, 'TENANT_BUSY');
          return false;
        },
      ),
    );
    assert.deepEqual(await traces(fixture, 'acme'), []);
  });

  it('works while no platform is up, also for what is left of a tenant that is not registered', async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    await fixture.ingest('acme', 'a.csv', csv(1));
    await (await fixture.up()).controlPlane.removeTenant('acme', false);
    assert.ok(
      existsSync(join(fixture.folder.root, 'tenants/acme/tenant.yaml')),
      'nothing goes without being asked for',
    );
    await fixture.down();
    await removeTenantOffline(fixture.folder, 'acme');
    assert.deepEqual(await traces(fixture, 'acme'), []);
    await assert.rejects(removeTenantOffline(fixture.folder, 'acme'), { code: 'TENANT_NOT_REGISTERED' });
  });

  it('is refused while another process owns the platform, and for a run that was cut off', async () => {
    const slow = itemsProfile({ batch: '{ files: { settleSeconds: 0 }, quota: { rowsPerSecond: 50 } }' });
    fixture = await PlatformFixture.create([{ name: 'acme', profile: slow }]);
    const { controlPlane } = await fixture.up();
    await assert.rejects(removeTenantOffline(fixture.folder, 'acme'), { code: 'PLATFORM_OWNED' });
    await fixture.stage('acme', 'long.csv', csv(1, 5000));
    await until(patienceMs, 'a run', async () => (await controlPlane.status()).runs.length > 0);
    await fixture.down();
    await assert.rejects(removeTenantOffline(fixture.folder, 'acme'), { code: 'TENANT_BUSY' });
    assert.match(await fixture.read('mysimbdp.yaml'), /acme/);
  });
});
