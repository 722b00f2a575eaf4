import { readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type MochaClass from 'mocha';
import type { HostReport, HostRun } from './host-run.ts';
import { follow } from './report.ts';

// The bundle is CommonJS and lies beside the bundled suites.
const here = __dirname;

/** VS Code calls this in the extension host; the run has failed when it rejects. */
export async function run(): Promise<void> {
  const wanted = JSON.parse(await readFile(join(here, 'run.json'), 'utf8')) as HostRun;
  const { default: Mocha } = (await import(pathToFileURL(wanted.mocha).href)) as { default: typeof MochaClass };

  let report: HostReport = { tests: [] };
  const reporter = class {
    constructor(runner: Mocha.Runner) {
      report = follow(runner);
    }
  } as unknown as Mocha.ReporterConstructor;
  const mocha = new Mocha({ ui: 'bdd', timeout: wanted.timeout, reporter });
  if (wanted.grep !== undefined) mocha.grep(new RegExp(wanted.grep));
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  const load = createRequire(join(here, 'index.js'));
  for (const suite of wanted.suites) load(join(here, suite));

  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  // Appears in one step: a host that dies leaves no report rather than a part of one.
  await writeFile(`${wanted.report}.part`, JSON.stringify(report));
  await rename(`${wanted.report}.part`, wanted.report);
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host`);
}
