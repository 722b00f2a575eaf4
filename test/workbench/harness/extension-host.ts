import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { within } from '../../../src/foundation/deadlines.ts';
import type { HostReport, HostRun } from '../exthost/host-run.ts';
import { mappedStack } from './mapped-stack.ts';
import type { WindowContent, WorkbenchServer } from './server.ts';
import type { SuiteWorkbench } from './use-workbench.ts';

const exthost = fileURLToPath(new URL('../exthost/', import.meta.url));

export interface HostRunOptions {
  /** Names of suites in test/workbench/exthost, without `.test.ts`. */
  suites: readonly string[];
  content: WindowContent;
  server?: WorkbenchServer;
  /** For the whole run, in ms; 5 minutes unless told. */
  deadline?: number;
}

/**
 * Runs suites inside the extension host of a window, where the packaged extension is installed.
 * @throws Error when the host has left no report: it died, or never came so far
 */
export async function runInExtensionHost(workbench: SuiteWorkbench, options: HostRunOptions): Promise<HostReport> {
  const { server = workbench.server, deadline = 300_000 } = options;
  const folder = await mkdtemp(join(server.root, 'suites-'));
  const report = join(folder, 'report.json');
  await bundle(options.suites, folder, report);

  const said: string[] = [];
  let end: (status: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  const prepare = async (page: Page) => {
    // VS Code looks for these two when it runs tests in a browser.
    await page.exposeFunction('codeAutomationLog', (_: string, values: unknown[]) => said.push(format(...values)));
    await page.exposeFunction('codeAutomationExit', (status: number) => end(status));
  };
  const payload = [
    ...(options.content.payload ?? []),
    ['extensionDevelopmentPath', server.remoteUri(folder)],
    ['extensionTestsPath', server.remoteUri(join(folder, 'index.js'))],
  ] as const;
  const window = await workbench.open({ ...options.content, payload }, { server, prepare });
  const status = await within(deadline, 'the run inside the extension host', ended);
  // A status of 0 proves nothing: VS Code gives it also for a host that died. Only the report does.
  const text = await readFile(report, 'utf8').catch(() => {
    const last = said.slice(-30).join('\n');
    throw new Error(`The extension host ended with ${status} and without a report; the last that was said:\n${last}`);
  });
  await window.close();
  const { tests } = JSON.parse(text) as HostReport;
  for (const { error } of tests) if (error) error.stack = mappedStack(error.stack);
  return { tests };
}

/** Makes an extension without a purpose of its own, in whose name the suites run beside the installed one. */
async function bundle(suites: readonly string[], folder: string, report: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = ['index.ts', ...suites.map((suite) => `${suite}.test.ts`)];
  await build({
    entryPoints: entries.map((entry) => join(exthost, entry)),
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    external: ['vscode'],
    logLevel: 'warning',
  });
  const manifest = { name: 'suites', publisher: 'mysimbdp', version: '0.0.0', engines: { vscode: '*' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const run: HostRun = {
    mocha: createRequire(import.meta.url).resolve('mocha'),
    suites: suites.map((suite) => `${basename(suite)}.test.js`),
    report,
    timeout: 60_000,
    ...(process.env.MYSIMBDP_GREP ? { grep: process.env.MYSIMBDP_GREP } : {}),
  };
  await writeFile(join(folder, 'run.json'), JSON.stringify(run));
}
