import assert from 'node:assert/strict';
import type { PlatformSettings } from '../../../src/tenants/effective-profile.ts';
import { limitDefaults, limitsToWrite, readLimit } from '../../../src/tenants/draft-limits.ts';
import { load } from './platform-fixture.ts';

const platform = `platform: test
limits: { maxFileSizeMb: 500, memoryMb: 1024, concurrentRuns: 4 }
capacity: { rowsPerSecond: 9000 }
plans:
  gold: { weight: 3, batch: { quota: { mbPerDay: 900 }, files: { maxFiles: 20 } }, resources: { memoryMb: 768 } }
`;
const template = {
  batch: { files: { maxFiles: 2, maxFileSizeMb: 800 } },
  apps: [{ resources: { timeoutSeconds: 60 } }],
};

describe('limits of a new tenant', () => {
  let settings: PlatformSettings;
  before(async () => {
    const loaded = await load({ 'mysimbdp.yaml': platform, 'tenants/shop/tenant.yaml': undefined });
    assert.ok(loaded.settings);
    settings = loaded.settings;
  });

  it('come from the template, else the plan, else the usual ones, and never exceed the platform', () => {
    const found = limitDefaults(settings, 'gold', template).map(
      ({ key, value, origin }) => `${key} ${value ?? 'none'} ${origin}`,
    );
    assert.deepEqual(found, [
      'maxFiles 2 template',
      'maxFileSizeMb 500 platform',
      'rowsPerSecond 9000 platform',
      'mbPerSecond none default',
      'mbPerDay 900 plan',
      'concurrency 1 default',
      'memoryMb 768 plan',
      'timeoutSeconds 60 template',
    ]);
  });

  it('are written only where they were changed, or where the template would exceed the platform', () => {
    const known = limitDefaults(settings, 'gold', template);
    assert.deepEqual(limitsToWrite(known, { mbPerDay: 100 }, template), [
      ['maxFileSizeMb', 500],
      ['mbPerDay', 100],
    ]);
    assert.deepEqual(limitsToWrite(limitDefaults(settings, null, {}), {}, {}), []);
  });

  it('are numbers that the platform can keep', () => {
    const read = (key: 'maxFiles' | 'memoryMb' | 'mbPerDay', text: string, ceiling: number | null = null) =>
      readLimit(text, { key, ceiling });
    assert.equal(read('mbPerDay', ' 0.5 '), 0.5);
    assert.deepEqual(read('mbPerDay', '-1'), { kind: 'not-a-number' });
    assert.deepEqual(read('mbPerDay', '1e3'), { kind: 'not-a-number' });
    assert.deepEqual(read('mbPerDay', '0'), { kind: 'too-small', bound: 0 });
    assert.deepEqual(read('maxFiles', '1.5'), { kind: 'not-whole' });
    assert.deepEqual(read('memoryMb', '128'), { kind: 'too-small', bound: 256 });
    assert.deepEqual(read('memoryMb', '2000', 1024), { kind: 'too-large', bound: 1024 });
  });
});
