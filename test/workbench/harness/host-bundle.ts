import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { HostReport, HostRun } from '../exthost/host-run.ts';
import { mappedStack } from './mapped-stack.ts';

const exthost = fileURLToPath(new URL('../exthost/', import.meta.url));

/** Suites as an extension without a purpose of its own, in whose name they run beside the installed one. */
export class HostBundle {
  /** The folder of that extension. */
  readonly folder: string;
  readonly #report: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#report = join(folder, 'report.json');
  }

  /** The module that the editor is told to run. */
  get index(): string {
    return join(this.folder, 'index.js');
  }

  /** @param suites names of suites in test/workbench/exthost, without `.test.ts` */
  static async make(suites: readonly string[], folder: string): Promise<HostBundle> {
    const bundle = new HostBundle(folder);
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
      report: bundle.#report,
      timeout: 60_000,
      ...(process.env.MYSIMBDP_GREP ? { grep: process.env.MYSIMBDP_GREP } : {}),
    };
    await writeFile(join(folder, 'run.json'), JSON.stringify(run));
    return bundle;
  }

  /**
   * What the run came to. A status of 0 proves nothing: VS Code gives it also for a host that died. Only the report does.
   * @param ending how the editor ended, and what it said last
   * @throws Error when the host has left no report: it died, or never came so far
   */
  async report(ending: string): Promise<HostReport> {
    const text = await readFile(this.#report, 'utf8').catch(() => {
      throw new Error(`The extension host left no report: ${ending}`);
    });
    const { tests } = JSON.parse(text) as HostReport;
    for (const { error } of tests) if (error) error.stack = mappedStack(error.stack);
    return { tests };
  }
}
