import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platformWith, profileWith } from '../unit/tenants/platform-fixture.ts';
import { describeInExtensionHost } from './harness/host-suites.ts';
import { sampleFiles } from './sample-files.ts';

describeInExtensionHost('the extension in a platform folder', async (editor) => {
  const { root } = await editor.platform();
  return { suites: ['activation', 'profile-diagnostics'], content: { folder: root } };
});

describeInExtensionHost('profiles in the editor', async (editor) => {
  const sample = 'id\tday\tprice\tcity\n1\t2026-01-02\t1.5\tGraz\n2\t2026-01-03\t2.5\tLinz\n';
  const { root } = await editor.platform({ 'tenants/shop/staging/day.tsv': sample });
  return { suites: ['profile-editing'], content: { folder: root } };
});

describeInExtensionHost('profiles in several workspace folders', async (editor) => {
  const first = await editor.platform(profileWith(['plan: gold', 'paln: gold']));
  const second = await editor.platform({
    ...platformWith(['  gold:', '  silver: { weight: 1 }\n  gold:']),
    ...profileWith(['table: sales', 'table: sale']),
  });
  const workspace = join(first.root, '.mysimbdp.code-workspace');
  await writeFile(workspace, JSON.stringify({ folders: [first, second].map(({ root }) => ({ path: root })) }));
  return { suites: ['profile-folders'], content: { workspace } };
});

describeInExtensionHost('debugging in the extension host', async (editor) => {
  const { root } = await editor.platform(sampleFiles);
  return { suites: ['sample'], content: { folder: root } };
});
