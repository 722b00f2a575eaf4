import { describeInExtensionHost } from './harness/host-suites.ts';

describeInExtensionHost('the extension in a platform folder', async (workbench) => {
  const { root } = await workbench.platform();
  return { suites: ['activation', 'profile-diagnostics'], content: { folder: root } };
});
