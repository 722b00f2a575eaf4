import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadPlatform } from '../../../src/tenants/load.ts';
import { registerTenant } from '../../../src/tenants/registry.ts';
import { createPlatformFolder, createTenantFromTemplate, listTemplates } from '../../../src/tenants/scaffold.ts';
import { shown } from './platform-fixture.ts';

const sample = fileURLToPath(new URL('../../../node_modules/vega-datasets/data/birdstrikes.csv', import.meta.url));

describe('scaffolding', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mysimbdp-scaffold-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('makes a platform folder that is sound as it is', async () => {
    await writeFile(join(root, '.gitignore'), 'node_modules');
    const folder = await createPlatformFolder(root, 'city');
    const { settings, diagnostics } = await loadPlatform(folder);
    assert.equal(shown(diagnostics), '');
    assert.equal(settings?.name, 'city');
    assert.equal(await readFile(join(root, '.gitignore'), 'utf8'), 'node_modules\n.mysimbdp/\n');
    assert.ok(await stat(join(folder.state, 'schema', 'tenant.schema.json')));
    const modeline = /^# yaml-language-server: \$schema=(.+)$/m.exec(await readFile(folder.platformFile, 'utf8'));
    assert.ok(await stat(join(root, modeline?.[1] ?? 'no modeline')), 'the schema is where the file says');
    const { compilerOptions } = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8')) as {
      compilerOptions: { paths: unknown };
    };
    assert.deepEqual(compilerOptions.paths, { 'mysimbdp/sdk': ['./.mysimbdp/sdk/index.d.ts'] });
  });

  it('shows the limits of the platform file in comments that are right when they are uncommented', async () => {
    const folder = await createPlatformFolder(root, 'city');
    const before = (await loadPlatform(folder)).settings;
    const text = await readFile(folder.platformFile, 'utf8');
    await writeFile(folder.platformFile, text.replace(/^# (timeZone:|limits:| {2}\w+:)/gm, '$1'));
    const { settings, diagnostics } = await loadPlatform(folder);
    assert.equal(shown(diagnostics), '');
    assert.deepEqual(settings, before);
  });

  it('does not touch a platform folder that is there', async () => {
    const folder = await createPlatformFolder(root, 'city');
    await writeFile(folder.platformFile, 'platform: mine\n');
    await assert.rejects(createPlatformFolder(root, 'city'), { code: 'ALREADY_A_PLATFORM_FOLDER', kind: 'conflict' });
    assert.equal(await readFile(folder.platformFile, 'utf8'), 'platform: mine\n');
  });

  it('makes a sound tenant of every template', async () => {
    const folder = await createPlatformFolder(root, 'city');
    const templates = await listTemplates();
    assert.ok(templates.length >= 3);
    for (const { name, title, description } of templates) {
      assert.ok(title && description, name);
      const tenant = `of_${name.replaceAll('-', '_')}`;
      const made = await createTenantFromTemplate(folder, tenant, name);
      assert.equal(made.folder, folder.tenant(tenant));
      assert.deepEqual(await readdir(folder.staging(tenant)), []);
      await registerTenant(folder, tenant);
    }
    const { diagnostics, profiles } = await loadPlatform(folder);
    assert.equal(shown(diagnostics), '');
    assert.equal(profiles.size, templates.length);
  });

  it('fits csv-generic to a sample file', async () => {
    const folder = await createPlatformFolder(root, 'city');
    const { notes } = await createTenantFromTemplate(folder, 'birds', 'csv-generic', { sample });
    assert.match(notes.join('\n'), /context\.rowId/);
    const { diagnostics, profiles } = await loadPlatform(folder);
    assert.equal(shown(diagnostics), '');
    const [app] = profiles.get('birds')!.apps;
    assert.equal(app?.table.name, 'birdstrikes');
    assert.deepEqual(app.table.partitionKey, ['row_id']);
    assert.equal(app.format.type === 'csv' && app.format.columns?.[12], 'Cost Total $');

    assert.ok(app.code.form === 'module');
    const { default: ingest } = (await import(pathToFileURL(app.code.entry).href)) as {
      default: { wrangle(row: Record<string, string | null>, context: { rowId: string }): unknown };
    };
    const row = { 'Airport Name': ' DALLAS ', 'Cost Total $': '0', 'Wildlife Size': '  ', 'Flight Date': null };
    const result = ingest.wrangle(row, { rowId: 'the id' }) as Record<string, string | null>;
    assert.deepEqual(
      Object.keys(result),
      app.table.columns.map(({ name }) => name),
      'every column has a value or null',
    );
    assert.equal(result.row_id, 'the id');
    assert.equal(result.airport_name, 'DALLAS');
    assert.equal(result.cost_total, '0');
    assert.equal(result.wildlife_size, null);
  });

  it('writes sound files for headers that are hard to write', async () => {
    const folder = await createPlatformFolder(root, 'city');
    const path = join(root, 'odd.csv');
    await writeFile(path, `"it's","say ""hi""",a: b,# c,back\\slash,__proto__\n1,2,3,4,5,6\n`);
    await createTenantFromTemplate(folder, 'odd', 'csv-generic', { sample: path });
    const { diagnostics, profiles } = await loadPlatform(folder);
    assert.equal(shown(diagnostics), '');
    const [app] = profiles.get('odd')!.apps;
    assert.ok(app?.format.type === 'csv' && app.code.form === 'module');
    assert.deepEqual(app.format.columns, ["it's", 'say "hi"', 'a: b', '# c', 'back\\slash', '__proto__']);
    await import(pathToFileURL(app.code.entry).href);
  });

  it('refuses names, templates and samples that are none, and makes nothing then', async () => {
    const folder = await createPlatformFolder(root, 'city');
    await createTenantFromTemplate(folder, 'a', 'reviews');
    await assert.rejects(createTenantFromTemplate(folder, 'a', 'reviews'), { code: 'TENANT_EXISTS' });
    await assert.rejects(createTenantFromTemplate(folder, '../b', 'reviews'), { code: 'INVALID_NAME' });
    await assert.rejects(createTenantFromTemplate(folder, 'b', '../docs'), { code: 'UNKNOWN_TEMPLATE' });
    await assert.rejects(createTenantFromTemplate(folder, 'b', 'review'), { hint: /Did you mean "reviews"\?/ });
    const nowhere = { sample: join(root, 'nowhere.csv') };
    await assert.rejects(createTenantFromTemplate(folder, 'b', 'csv-generic', nowhere), { code: 'SAMPLE_NOT_FOUND' });
    assert.deepEqual(await readdir(folder.tenants), ['a']);
    assert.ok(!(await readdir(folder.state)).some((name) => name.startsWith('new-tenant')));
  });
});
