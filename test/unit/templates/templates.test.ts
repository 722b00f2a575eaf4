import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundation/programs.ts';
import { loadPlatform } from '../../../src/tenants/load.ts';
import { createPlatformFolder, createTenantFromTemplate, listTemplates } from '../../../src/tenants/scaffold.ts';

describe('the templates', () => {
  it('give profiles without fault, for a tenant of any name', async () => {
    const root = await mkdtemp(join(tmpdir(), 'templates-'));
    try {
      const folder = await createPlatformFolder(root, 'test');
      const templates = await listTemplates();
      assert.deepEqual(
        templates.map(({ name }) => name),
        ['birdstrikes', 'csv-generic', 'python-command', 'reviews'],
      );
      const tenants = templates.map((_, index) => `tenant_${index}`);
      for (const [index, { name }] of templates.entries())
        await createTenantFromTemplate(folder, tenants[index] ?? '', name);
      const { profiles, diagnostics } = await loadPlatform(folder);
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity === 'error'),
        [],
      );
      assert.deepEqual([...profiles.keys()].sort(), tenants);
      for (const tenant of tenants)
        assert.ok(!(await readFile(folder.profile(tenant), 'utf8')).includes('{{'), 'a place that was not filled in');
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it('have a README of about ten lines', async () => {
    for (const { name } of await listTemplates()) {
      const readme = await readFile(join(packageRoot, 'templates', name, 'README.md'), 'utf8');
      const lines = readme.trim().split('\n').length;
      assert.ok(lines >= 8 && lines <= 14, `${name}: ${lines} lines`);
    }
  });
});
