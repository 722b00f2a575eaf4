import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { loadPlatform } from '../../../src/tenants/load.ts';
import { registerTenant, setTenantEnabled, unregisterTenant } from '../../../src/tenants/registry.ts';
import { setRuntimeKind } from '../../../src/tenants/runtime-choice.ts';
import { withPlatform } from './platform-fixture.ts';

const registerProgram = fileURLToPath(new URL('register-process.ts', import.meta.url));

const small = (tenant: string) => `tenant: ${tenant}\ntables: {}\napps: []\n`;
const others = { 'tenants/bar/tenant.yaml': small('bar'), 'tenants/baz/tenant.yaml': small('baz') };

const head = `# The platform of the city.
platform:   test     # two spaces too many, on purpose

limits: {maxTenants: 3,   memoryMb: 1024}  # tight

# Who is in:
`;

/** Edits a mysimbdp.yaml and gives what is in it then. */
async function edited(platformFile: string, edit: (folder: PlatformFolder) => Promise<void>): Promise<string> {
  let text = '';
  await withPlatform({ ...others, 'mysimbdp.yaml': platformFile }, async (folder) => {
    await edit(folder);
    text = await readFile(folder.platformFile, 'utf8');
    assert.ok((await loadPlatform(folder)).settings, 'the file is sound afterwards');
    const rest = (await readdir(folder.root)).filter((name) => name.startsWith('mysimbdp.yaml'));
    assert.deepEqual(rest, ['mysimbdp.yaml'], 'nothing is left beside it');
  });
  return text;
}

describe('the registry', () => {
  const list = `tenants:   # by contract
    # the first
    - name: shop   # since May
      enabled: true   # paid

    # the second
    - name: bar
# the end
`;

  it('adds a line and leaves every other as it is', async () => {
    const text = await edited(head + list, (folder) => registerTenant(folder, 'baz'));
    assert.equal(text, head + list.replace('- name: bar\n', '- name: bar\n    - name: baz\n'));
  });

  it('adds to a list that goes on with other keys, with the line ends of the file', async () => {
    const before = 'tenants:\r\n- name: shop # x\r\nplatform: test\r\n';
    const text = await edited(before, (folder) => registerTenant(folder, 'bar'));
    assert.equal(text, 'tenants:\r\n- name: shop # x\r\n- name: bar\r\nplatform: test\r\n');
  });

  for (const [what, before, after] of [
    ['an empty list', 'tenants: [] # none yet\n', 'tenants: # none yet\n  - name: bar\n'],
    ['a file without the key', '# the end', '# the end\ntenants:\n  - name: bar\n'],
    ['a list in brackets', 'tenants: [{name: shop}] # one\n', 'tenants: [{name: shop}, { name: bar }] # one\n'],
  ] as const) {
    it(`adds to ${what}`, async () => {
      assert.equal(await edited(head + before, (folder) => registerTenant(folder, 'bar')), head + after);
    });
  }

  it('takes out an entry and leaves every other as it is', async () => {
    const text = await edited(head + list, (folder) => unregisterTenant(folder, 'shop'));
    assert.equal(text, head + list.replace('    - name: shop   # since May\n      enabled: true   # paid\n', ''));
    const last = await edited(head + list, (folder) => unregisterTenant(folder, 'bar'));
    assert.equal(last, head + list.replace('    - name: bar\n', ''));
  });

  it('takes out the only entry', async () => {
    const before = `platform:  test # a\ntenants:   # b\n  # c\n  - name: shop # d\n# e\n`;
    const text = await edited(before, (folder) => unregisterTenant(folder, 'shop'));
    assert.equal(text, 'platform:  test # a\ntenants: []   # b\n  # c\n# e\n');
    const again = await edited(text, (folder) => registerTenant(folder, 'bar'));
    assert.equal(again, 'platform:  test # a\ntenants:   # b\n  - name: bar\n  # c\n# e\n');
  });

  it('keeps comments also where the layout is so unusual that the file is written anew', async () => {
    const before = `# a\nplatform: test # b\ntenants: [{name: shop}, # c\n  {name: bar}]\n`;
    const text = await edited(before, (folder) => unregisterTenant(folder, 'bar'));
    for (const comment of ['# a', '# b', '# c']) assert.ok(text.includes(comment), text);
    assert.match(text, /name: shop/);
    assert.doesNotMatch(text, /name: bar/);
  });

  it('disables and enables in place', async () => {
    const off = await edited(head + list, (folder) => setTenantEnabled(folder, 'shop', false));
    assert.equal(off, head + list.replace('enabled: true   # paid', 'enabled: false   # paid'));
    const bar = await edited(head + list, (folder) => setTenantEnabled(folder, 'bar', false));
    assert.equal(bar, head + list.replace('- name: bar\n', '- name: bar\n      enabled: false\n'));
    const flow = await edited(`${head}tenants: [{name: shop}]\n`, (folder) => setTenantEnabled(folder, 'shop', false));
    assert.equal(flow, `${head}tenants: [{name: shop, enabled: false}]\n`);
    const same = await edited(head + list, (folder) => setTenantEnabled(folder, 'bar', true));
    assert.equal(same, head + list);
  });

  it('does edits that come at one time one after another', async () => {
    const text = await edited(`platform: test\n`, async (folder) => {
      await Promise.all(['shop', 'bar', 'baz'].map((tenant) => registerTenant(folder, tenant)));
    });
    assert.equal(text, 'platform: test\ntenants:\n  - name: shop\n  - name: bar\n  - name: baz\n');
  });

  it('loses no edit of several processes that come at one time', async () => {
    const names = Array.from({ length: 24 }, (_, i) => `t${i}`);
    const profiles = Object.fromEntries(names.map((name) => [`tenants/${name}/tenant.yaml`, small(name)]));
    await withPlatform({ ...profiles, 'mysimbdp.yaml': 'platform: test\ntenants: []\n' }, async (folder) => {
      const shares = [0, 1, 2, 3].map((share) => names.filter((_, i) => i % 4 === share));
      const register = promisify(execFile);
      await Promise.all([
        ...shares.map((share) =>
          register(process.execPath, ['--import', 'tsx', registerProgram, folder.root, ...share], { timeout: 60_000 }),
        ),
        setRuntimeKind(folder, 'embedded'),
      ]);
      const { registered, settings } = await loadPlatform(folder);
      assert.deepEqual([...registered].sort(), [...names].sort());
      assert.equal(settings?.runtime.kind, 'embedded');
      assert.deepEqual((await readdir(folder.root)).sort(), ['.mysimbdp', 'mysimbdp.yaml', 'tenants']);
    });
  });

  it('refuses what cannot be, and says what can', async () => {
    await withPlatform({ ...others, 'mysimbdp.yaml': head + list }, async (folder) => {
      const before = await readFile(folder.platformFile, 'utf8');
      await assert.rejects(registerTenant(folder, 'shop'), { code: 'TENANT_ALREADY_REGISTERED', kind: 'conflict' });
      await assert.rejects(registerTenant(folder, 'bazz'), {
        code: 'TENANT_NOT_PRESENT',
        hint: /Did you mean "baz"\?/,
      });
      await assert.rejects(unregisterTenant(folder, 'baz'), { code: 'TENANT_NOT_REGISTERED', kind: 'not-found' });
      await assert.rejects(setTenantEnabled(folder, 'shpo', true), { hint: /Did you mean "shop"\?/ });
      await writeFile(folder.platformFile, before.replace('maxTenants: 3', 'maxTenants: 2'));
      await assert.rejects(registerTenant(folder, 'baz'), { code: 'TOO_MANY_TENANTS', message: /takes 2 tenants/ });
      await writeFile(folder.platformFile, before.replace('maxTenants', 'maxTenant'));
      await assert.rejects(registerTenant(folder, 'baz'), {
        code: 'PLATFORM_FILE_INVALID',
        message: /^mysimbdp\.yaml:4:10: error UNKNOWN_KEY/,
      });
    });
  });
});
