import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { within } from '../../../src/foundation/deadlines.ts';
import { messageOf } from '../../../src/foundation/errors.ts';
import type { Files } from '../../unit/tenants/platform-fixture.ts';
import type { HostReport } from '../exthost/host-run.ts';
import { HostBundle } from './host-bundle.ts';
import type { HostEditor, HostRunOptions } from './host-suites.ts';
import { packagedExtension } from './packaged-extension.ts';
import { OpenedPlatform } from './platform-folder.ts';
import { ownEnvironment, runProgram } from './run-program.ts';
import { vscodeVersion } from './server-installation.ts';
import { UserSettings } from './settings.ts';

/** The desktop's VS Code, downloaded by @vscode/test-electron, with folders of its own, for the suites of one `describe`. */
export class SuiteElectron implements HostEditor {
  readonly #platforms: OpenedPlatform[] = [];
  #root = '';

  async begin(): Promise<void> {
    const base = process.platform === 'win32' ? tmpdir() : '/tmp'; // sockets are made below it: short paths
    this.#root = await mkdtemp(join(base, 'me-'));
    for (const name of ['user', 'extensions', 'suites']) await mkdir(join(this.#root, name));
  }

  async platform(files: Files = {}): Promise<OpenedPlatform> {
    const platform = await OpenedPlatform.create(files);
    this.#platforms.push(platform);
    return platform;
  }

  async runSuites({ suites, content, deadline }: HostRunOptions): Promise<HostReport> {
    const program = await downloadAndUnzipVSCode({ version: vscodeVersion }).catch((error: unknown) => {
      throw new Error(`VS Code ${vscodeVersion} cannot be downloaded: ${messageOf(error)}`);
    });
    const folders = [
      `--user-data-dir=${join(this.#root, 'user')}`,
      `--extensions-dir=${join(this.#root, 'extensions')}`,
    ];
    await new UserSettings(join(this.#root, 'user')).change({});
    const [cli = program, ...cliArguments] = resolveCliArgsFromVSCodeExecutablePath(program, {
      reuseMachineInstall: true,
    });
    await runProgram(cli, [...cliArguments, ...folders, '--install-extension', await packagedExtension()], {
      env: ownEnvironment(),
    });
    const bundle = await HostBundle.make(suites, await mkdtemp(join(this.#root, 'suites', 'run-')));
    const opened = content.workspace ?? content.folder;
    const run = runTests({
      vscodeExecutablePath: program,
      reuseMachineInstall: true,
      extensionDevelopmentPath: bundle.folder,
      extensionTestsPath: bundle.index,
      launchArgs: [
        ...(opened === undefined ? [] : [opened]),
        ...folders,
        '--disable-workspace-trust',
        '--skip-welcome',
      ],
    }).then((status) => `it ended with ${status}`, messageOf);
    return bundle.report(await within(deadline, 'the run inside the extension host', run));
  }

  async end(): Promise<void> {
    for (const platform of this.#platforms) await platform.remove();
    if (this.#root) await rm(this.#root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Declares that the suite runs in the desktop's VS Code; call it in a `describe`. */
export function useElectron(): SuiteElectron {
  const electron = new SuiteElectron();
  before(() => electron.begin());
  after(async function () {
    this.timeout(60_000);
    await electron.end();
  });
  return electron;
}
