import assert from 'node:assert/strict';
import { ProfileEditor } from '../../../../src/tenants/editing/profile-editor.ts';
import { profile, profileWith, withPlatform } from '../platform-fixture.ts';

describe('the editor of profiles, in its threads', () => {
  const tenant = { file: 'tenants/shop/tenant.yaml', tenant: 'shop' };

  it('answers everything that an editor asks', async () => {
    await withPlatform(profileWith(['plan: gold', 'plan: glod']), async ({ root }) => {
      const editor = new ProfileEditor(root);
      try {
        const text = profile.replace('plan: gold', 'paln: gold');
        const edited = { root, ...tenant, text };
        const found = await editor.check({ ...edited, trusted: true, carried: [] });
        assert.deepEqual(
          found.map(({ code }) => code),
          ['UNKNOWN_KEY'],
        );
        const [[fix] = []] = await editor.fixes(edited, found);
        assert.equal(fix?.value, 'plan');
        assert.deepEqual(await editor.apps(text), [
          { app: 'sales', offset: text.indexOf('name: sales'), module: true },
        ]);
        assert.equal((await editor.hover(edited, text.indexOf('maxFiles')))?.name, 'maxFiles');
        assert.ok((await editor.proposals(edited, text.indexOf('paln'))).some(({ label }) => label === 'plan'));
        const onDisk = await editor.problems();
        assert.deepEqual(
          onDisk.map(({ code }) => code),
          ['UNKNOWN_PLAN'],
        );
      } finally {
        await editor.dispose();
      }
    });
  });

  it('says so when there is no platform around the file', async () => {
    await withPlatform({ 'mysimbdp.yaml': undefined }, async ({ root }) => {
      const editor = new ProfileEditor(root);
      try {
        const edited = { root, ...tenant, text: profile };
        await assert.rejects(editor.hover(edited, 0), { code: 'NOT_A_PLATFORM_FOLDER' });
      } finally {
        await editor.dispose();
      }
    });
  });
});
