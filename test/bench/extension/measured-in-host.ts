import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInExtensionHost } from '../../workbench/harness/extension-host.ts';
import type { WindowContent } from '../../workbench/harness/server.ts';
import { StandaloneWorkbench } from '../../workbench/harness/standalone-workbench.ts';

/**
 * Runs a measuring suite in the extension host of a window with the packaged extension, each time on a server of its own,
 * and gives its figures.
 * @param suite name in test/workbench/exthost, without `.test.ts`
 */
export async function measuredInHost<Figures>(folder: string, suite: string, content: WindowContent): Promise<Figures> {
  const out = join(await mkdtemp(join(folder, 'figures-')), 'figures.json');
  const workbench = await StandaloneWorkbench.start({ env: { MYSIMBDP_BENCH_OUT: out } });
  try {
    const { tests } = await runInExtensionHost(workbench, { suites: [suite], content, deadline: 300_000 });
    const failed = tests.find(({ state }) => state !== 'passed');
    if (failed) throw new Error(failed.error?.stack ?? `${failed.titles.join(' ')}: ${failed.state}`);
  } finally {
    await workbench.stop();
  }
  return JSON.parse(await readFile(out, 'utf8')) as Figures;
}
