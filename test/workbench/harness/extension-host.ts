import { mkdtemp } from 'node:fs/promises';
import { format } from 'node:util';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { within } from '../../../src/foundation/deadlines.ts';
import type { HostReport } from '../exthost/host-run.ts';
import { HostBundle } from './host-bundle.ts';
import type { HostRunOptions } from './host-suites.ts';
import type { WindowContent, WorkbenchServer } from './server.ts';
import type { WorkbenchWindow } from './workbench-window.ts';

/** A server with the packaged extension, and windows of it. */
interface HostWindows {
  readonly server: WorkbenchServer;
  open(content: WindowContent, options: { prepare: (page: Page) => Promise<unknown> }): Promise<WorkbenchWindow>;
}

/** Runs suites inside the extension host of a window, where the packaged extension is installed. */
export async function runInExtensionHost(workbench: HostWindows, options: HostRunOptions): Promise<HostReport> {
  const { suites, content, deadline } = options;
  const { server } = workbench;
  const bundle = await HostBundle.make(suites, await mkdtemp(join(server.root, 'suites-')));

  const said: string[] = [];
  let end: (status: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  const prepare = async (page: Page) => {
    // VS Code looks for these two when it runs tests in a browser.
    await page.exposeFunction('codeAutomationLog', (_: string, values: unknown[]) => said.push(format(...values)));
    await page.exposeFunction('codeAutomationExit', (status: number) => end(status));
  };
  const payload = [
    ['extensionDevelopmentPath', server.remoteUri(bundle.folder)],
    ['extensionTestsPath', server.remoteUri(bundle.index)],
  ] as const;
  const window = await workbench.open({ ...content, payload }, { prepare });
  const status = await within(deadline, 'the run inside the extension host', ended);
  const report = await bundle.report(`it ended with ${status}; the last that was said:\n${said.slice(-30).join('\n')}`);
  await window.close();
  return report;
}
