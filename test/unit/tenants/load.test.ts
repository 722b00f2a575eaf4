import assert from 'node:assert/strict';
import { jobOfApp } from '../../../src/batch/job-of-app.ts';
import { bytesFor } from '../../../src/protocol/byte-limits.ts';
import { mkdir, mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { formatDiagnostic } from '../../../src/tenants/diagnostics.ts';
import { loadPlatform } from '../../../src/tenants/load.ts';
import { findPlatformFolder } from '../../../src/tenants/platform-file.ts';
import { TenantFileCache } from '../../../src/tenants/tenant-file-cache.ts';
import { load, platformFile, platformWith, profile, profileWith, shown, withPlatform } from './platform-fixture.ts';

const small = (tenant: string) => `tenant: ${tenant}\ntables: {}\napps: []\n`;

describe('loading a platform folder', () => {
  it('fills in what the profile leaves open from the plan, the platform and the defaults', async () => {
    const shop = (await load({})).profiles.get('shop')!;
    assert.equal(shop.weight, 3);
    assert.deepEqual(shop.guaranteed, { rowsPerSecond: 1000, mbPerSecond: null });
    assert.deepEqual(shop.batch, {
      files: {
        maxFiles: 2,
        maxFileSizeMb: 100,
        maxDecompressedMb: null,
        mostDecompressedMb: 50_000,
        extensions: ['tsv'],
        settleSeconds: 2,
        refused: 'leave',
      },
      quota: { rowsPerSecond: null, mbPerSecond: null, mbPerDay: 900 },
      concurrency: 1,
    });
    const [app] = shop.apps;
    assert.equal(app?.folder, join(shop.folder, 'apps', 'sales'));
    assert.deepEqual(app.code, { form: 'module', entry: join(shop.folder, 'apps', 'sales', 'app.ts') });
    assert.deepEqual(app.format, {
      type: 'csv',
      delimiter: '\t',
      quote: null,
      escape: null,
      header: true,
      columns: null,
      nulls: [''],
      trim: false,
      encoding: 'utf-8',
      compression: 'auto',
    });
    assert.deepEqual(app.resources, { cpus: 1, memoryMb: 512, timeoutSeconds: 900 });
    assert.deepEqual(app.schedule, { kind: 'on-arrival' });
    assert.deepEqual(app.table, {
      name: 'sales',
      columns: [
        { name: 'id', type: 'text' },
        { name: 'day', type: 'date' },
        { name: 'price', type: 'double' },
        { name: 'tags', type: 'list<text>' },
      ],
      partitionKey: ['id'],
      clusteringKey: ['day'],
    });
  });

  it('cuts what a default would give to the limits of the platform', async () => {
    const limits = 'limits: { memoryMb: 256, timeoutSeconds: 60, maxFileSizeMb: 5, extensions: [tsv, csv] }';
    const capacity = 'capacity: { mbPerSecond: 7 }';
    const { profiles, diagnostics } = await load({
      'mysimbdp.yaml': `platform: test\n${limits}\n${capacity}\ntenants: [{ name: shop }]\n`,
      ...profileWith(
        ['plan: gold\n', ''],
        ['files: { maxFiles: 2, maxFileSizeMb: 100, extensions: [tsv] }', 'files: { maxFiles: 2 }'],
      ),
    });
    assert.equal(shown(diagnostics), '');
    const { batch, apps } = profiles.get('shop')!;
    assert.equal(batch.files.maxFileSizeMb, 5);
    assert.equal(batch.files.mostDecompressedMb, 500, 'a hundred times the largest file');
    assert.deepEqual(batch.files.extensions, ['tsv', 'csv']);
    assert.equal(batch.quota.mbPerSecond, 7);
    assert.deepEqual(apps[0]?.resources, { cpus: 1, memoryMb: 256, timeoutSeconds: 60 });
  });

  it('lets a compressed file become what the profile says, within what the platform says', async () => {
    const most = async (limits: string, files: string) => {
      const { profiles, diagnostics } = await load({
        'mysimbdp.yaml': `platform: test\nlimits: { ${limits} }\ntenants: [{ name: shop }]\n`,
        ...profileWith(['plan: gold\n', ''], ['files: { maxFiles: 2, maxFileSizeMb: 100, extensions: [tsv] }', files]),
      });
      assert.equal(shown(diagnostics), '');
      const shop = profiles.get('shop')!;
      const { decompressed } = jobOfApp(shop, shop.apps[0]!).limits;
      return [1, 1000, 1e6, 50e6].map((bytes) => bytesFor(bytes, decompressed) / 1e6);
    };
    // By the size of the file itself; a small one may become more.
    assert.deepEqual(await most('maxFileSizeMb: 50', 'files: {}'), [50, 50, 100, 5000]);
    assert.deepEqual(await most('maxDecompressedMb: 30', 'files: { maxFileSizeMb: 100 }'), [30, 30, 30, 30]);
    const more = 'files: { maxFileSizeMb: 1, maxDecompressedMb: 900 }';
    assert.deepEqual(await most('maxFileSizeMb: 50', more), [900, 900, 900, 900]);
    const large = await most('maxDecompressedMb: 300000', 'files: { maxDecompressedMb: 250000 }');
    assert.deepEqual(large, [250_000, 250_000, 250_000, 250_000]);
  });

  it('gives a profile the same version wherever the folder is, and another one when it says something else', async () => {
    const version = async (files: Record<string, string | Uint8Array | undefined>) =>
      (await load(files)).profiles.get('shop')?.version;
    const first = await version({});
    assert.match(first ?? '', /^[0-9a-f]{64}$/);
    assert.equal(await version({}), first);
    assert.equal(await version(profileWith(['plan: gold', '# a comment\nplan: "gold"'])), first);
    assert.notEqual(await version(profileWith(['maxFiles: 2', 'maxFiles: 3'])), first);
    assert.notEqual(await version(platformWith(['weight: 3', 'weight: 4'])), first, 'the plan is part of it');
  });

  it('tells the present from the registered tenants', async () => {
    const { present, registered, settings } = await load({
      'mysimbdp.yaml': `${platformFile}  - name: gone\n    enabled: false\n`,
      'tenants/bar/tenant.yaml': small('bar'),
      'tenants/no_profile/README.md': '',
      'tenants/.hidden/tenant.yaml': small('hidden'),
    });
    assert.deepEqual(present, ['bar', 'shop']);
    assert.deepEqual(registered, ['shop', 'gone']);
    assert.deepEqual(settings?.tenants, [
      { name: 'shop', enabled: true },
      { name: 'gone', enabled: false },
    ]);
  });

  it('keeps a broken profile from every other tenant', async () => {
    const { profiles, settings, diagnostics } = await load({
      'tenants/broken/tenant.yaml': 'tenant: [',
      'tenants/thief/tenant.yaml': small('shop'),
    });
    assert.ok(settings);
    assert.deepEqual([...profiles.keys()], ['shop']);
    assert.ok(diagnostics.every(({ file }) => !file.includes('shop')));
  });

  it('reports mistakes of the schema and of the meaning of one file together', async () => {
    const { diagnostics } = await load(
      profileWith(
        ['maxFiles: 2', 'maxFiles: many'],
        ['price: double', 'price: duble'],
        ['[day]', '[price, dya]'],
        ['table: sales', 'table: sale'],
        ['plan: gold', 'plan: silver'],
      ),
    );
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['UNKNOWN_PLAN', 'WRONG_TYPE', 'INVALID_CQL_TYPE', 'UNKNOWN_COLUMN', 'UNKNOWN_TABLE'],
      shown(diagnostics),
    );
  });

  it('checks profiles also while mysimbdp.yaml is broken, and holds only right limits against them', async () => {
    const { settings, profiles, diagnostics } = await load({
      ...platformWith(['maxFileSizeMb: 500', 'maxFileSizeMb: lots']),
      ...profileWith(['maxFileSizeMb: 100', 'maxFileSizeMb: 20000'], ['[tsv]', '[exe]']),
    });
    assert.equal(settings, undefined);
    assert.equal(profiles.size, 0);
    assert.deepEqual(
      diagnostics.map(({ file, code }) => `${file} ${code}`),
      [
        'mysimbdp.yaml WRONG_TYPE',
        'tenants/shop/tenant.yaml EXTENSION_NOT_ALLOWED',
        'tenants/shop/tenant.yaml GLOB_NEVER_MATCHES',
      ],
      shown(diagnostics),
    );
  });

  it('leaves the tenants over maxTenants out', async () => {
    const { settings, registered } = await load({
      ...platformWith(['limits:', 'limits:\n  maxTenants: 1'], ['- name: shop', '- name: bar\n  - name: shop']),
      'tenants/bar/tenant.yaml': small('bar'),
    });
    assert.deepEqual(settings?.tenants, [{ name: 'bar', enabled: true }]);
    assert.deepEqual(registered, ['bar', 'shop']);
  });

  it('shows a hundred problems of a file, not thousands', async () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `key${i}: 1\n`).join('');
    const { diagnostics } = await load({ 'tenants/shop/tenant.yaml': profile + keys });
    assert.equal(diagnostics.length, 101);
    assert.equal(diagnostics.filter(({ code }) => code === 'TOO_MANY_PROBLEMS').length, 1);
  });

  it('reads anchors and their aliases as what they stand for', async () => {
    const { profiles, diagnostics } = await load(
      profileWith(['      id: text', '      id: &kind text'], ['price: double', 'price: *kind']),
    );
    assert.equal(shown(diagnostics), '');
    const [app] = profiles.get('shop')?.apps ?? [];
    assert.deepEqual(app?.table.columns[2], { name: 'price', type: 'text' });
  });

  for (const [nested, place] of [
    [`tenant: ${'['.repeat(100_000)}`, '1:58'],
    [`tenant: ${'{a: '.repeat(20_000)}`, '1:205'],
    [`tenant:\n  ${'- '.repeat(20_000)}`, '2:99'],
    [Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''), '51:51'],
  ] as const) {
    it(`tells in one line where a file begins to nest without end: ${nested.slice(0, 14).trim()}`, async () => {
      const { diagnostics } = await load({ 'tenants/shop/tenant.yaml': nested });
      assert.deepEqual(
        diagnostics.map(({ code, line, column }) => `${line}:${column} ${code}`),
        [`${place} TOO_DEEP`],
      );
    });
  }

  it('does not follow a tenant folder, a profile, an entry or a staging directory to other places', async function () {
    if (process.platform === 'win32') this.skip();
    await withPlatform({ 'tenants/linked/apps/a/x.txt': '' }, async (folder) => {
      const outside = await mkdtemp(join(tmpdir(), 'mysimbdp-outside-'));
      try {
        await writeFile(join(outside, 'tenant.yaml'), profile);
        await writeFile(join(outside, 'app.ts'), '');
        await symlink(outside, folder.tenant('whole'));
        await symlink(join(outside, 'tenant.yaml'), folder.profile('linked'));
        await symlink(outside, folder.staging('shop'));
        const entry = join(folder.tenant('shop'), 'apps', 'sales', 'app.ts');
        await rm(entry);
        await symlink(join(outside, 'app.ts'), entry);
        const { diagnostics, profiles } = await loadPlatform(folder);
        assert.deepEqual(
          diagnostics.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`),
          [
            'tenants/linked/tenant.yaml:1:1 PATH_OUTSIDE_TENANT',
            'tenants/shop/tenant.yaml:1:1 PATH_OUTSIDE_TENANT',
            'tenants/shop/tenant.yaml:17:12 PATH_OUTSIDE_TENANT',
            'tenants/whole/tenant.yaml:1:1 PATH_OUTSIDE_TENANT',
          ],
          shown(diagnostics),
        );
        assert.equal(profiles.size, 0);
      } finally {
        await rm(outside, { recursive: true });
      }
    });
  });

  it('reads a profile again as it is now, under a new name of the folder too', async () => {
    await withPlatform({}, async (folder) => {
      await rename(folder.tenant('shop'), folder.tenant('store'));
      const { diagnostics } = await loadPlatform(folder);
      assert.deepEqual(
        diagnostics.map(({ code, suggestion }) => [code, suggestion]),
        [
          ['TENANT_NOT_PRESENT', undefined],
          ['TENANT_NAME_MISMATCH', 'store'],
        ],
      );
    });
  });

  it('says what to do in a folder that is none', async () => {
    await withPlatform({ 'mysimbdp.yaml': undefined }, async (folder) => {
      const expected = { code: 'NOT_A_PLATFORM_FOLDER', kind: 'usage', hint: /mysimbdp init/ };
      await assert.rejects(loadPlatform(folder), expected);
      assert.throws(() => findPlatformFolder(folder.tenants), expected);
    });
  });

  it('finds the platform folder from below', async () => {
    await withPlatform({}, async (folder) => {
      const deep = join(folder.tenant('shop'), 'apps', 'sales');
      await mkdir(deep, { recursive: true });
      assert.equal(findPlatformFolder(deep).root, folder.root);
      assert.ok(findPlatformFolder(folder.root) instanceof PlatformFolder);
    });
  });

  it('formats a diagnostic so that a terminal makes it a link', () => {
    const place = { file: 'tenants/x/tenant.yaml', line: 12, column: 5, endLine: 12, endColumn: 9 };
    const text = formatDiagnostic({
      ...place,
      severity: 'error',
      code: 'UNKNOWN_KEY',
      message: 'knows no `colums`',
      suggestion: 'columns',
    });
    const expected = 'tenants/x/tenant.yaml:12:5: error UNKNOWN_KEY: knows no `colums`\n  did you mean "columns"?';
    assert.equal(text, expected);
  });

  describe('again and again', () => {
    const old = new Date('2026-01-01T00:00:00Z');
    /** Its times are those of a file that nobody has touched for a while: the inode's own time cannot be set, so it is waited for. */
    const settled = async (folder: PlatformFolder) => {
      await utimes(folder.profile('shop'), old, old);
      const { ctimeMs } = await stat(folder.profile('shop'));
      await until(10_000, 'the profile to be settled', () => Date.now() - ctimeMs > 2100);
    };

    it('notices a profile that changed, a plan that changed, and a tenant that went away', async () => {
      await withPlatform({}, async (folder) => {
        await settled(folder);
        const cache = new TenantFileCache();
        const first = (await loadPlatform(folder, cache)).profiles.get('shop')!;
        assert.equal(
          (await loadPlatform(folder, cache)).profiles.get('shop'),
          first,
          'what did not change is remembered',
        );

        await writeFile(folder.profile('shop'), profile.replace('maxFiles: 2', 'maxFiles: 7'));
        assert.equal((await loadPlatform(folder, cache)).profiles.get('shop')!.batch.files.maxFiles, 7);

        await settled(folder);
        await loadPlatform(folder, cache);
        await writeFile(folder.platformFile, platformFile.replace('weight: 3', 'weight: 5'));
        assert.equal((await loadPlatform(folder, cache)).profiles.get('shop')!.weight, 5);

        await rm(folder.tenant('shop'), { recursive: true });
        assert.deepEqual((await loadPlatform(folder, cache)).present, []);
      });
    });

    it('notices that what a profile names is gone, or is a link to elsewhere', async () => {
      await withPlatform({}, async (folder) => {
        await settled(folder);
        const cache = new TenantFileCache();
        assert.equal((await loadPlatform(folder, cache)).profiles.size, 1);
        await symlink(tmpdir(), folder.staging('shop'));
        const outside = await loadPlatform(folder, cache);
        assert.deepEqual(
          outside.diagnostics.map(({ code }) => code),
          ['PATH_OUTSIDE_TENANT'],
        );
        await rm(folder.staging('shop'));
        assert.equal((await loadPlatform(folder, cache)).profiles.size, 1);
        await rm(join(folder.tenant('shop'), 'apps', 'sales', 'app.ts'));
        assert.equal((await loadPlatform(folder, cache)).profiles.size, 0);
      });
    });

    it('looks anew at what is wrong: what it lacks may have come', async () => {
      await withPlatform({ 'tenants/shop/apps/sales/app.ts': undefined }, async (folder) => {
        await settled(folder);
        const cache = new TenantFileCache();
        assert.equal((await loadPlatform(folder, cache)).profiles.size, 0);
        await mkdir(join(folder.tenant('shop'), 'apps', 'sales'), { recursive: true });
        await writeFile(join(folder.tenant('shop'), 'apps', 'sales', 'app.ts'), 'export default {};\n');
        assert.equal((await loadPlatform(folder, cache)).profiles.size, 1);
      });
    });
  });
});
