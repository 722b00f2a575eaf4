import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { packageRoot } from '../../../src/foundation/programs.ts';
import { missing } from '../../required.ts';
import type { Files } from '../../unit/tenants/platform-fixture.ts';
import type { HostReport } from '../exthost/host-run.ts';
import { WorkbenchBrowser } from './browser.ts';
import { runInExtensionHost } from './extension-host.ts';
import type { HostEditor, HostRunOptions } from './host-suites.ts';
import { packagedExtension } from './packaged-extension.ts';
import { OpenedPlatform } from './platform-folder.ts';
import { workbenchPrograms, type WorkbenchPrograms } from './requirements.ts';
import { WorkbenchServer, type ServerOptions, type WindowContent } from './server.ts';
import { WorkbenchWindow } from './workbench-window.ts';

/** What all suites share: one server with the packaged extension in it, one browser. */
interface Shared {
  programs: WorkbenchPrograms;
  server: WorkbenchServer;
  browser: WorkbenchBrowser;
}

let shared: Promise<Shared> | undefined;

async function start(programs: WorkbenchPrograms): Promise<Shared> {
  const server = await WorkbenchServer.start(programs.server, { vsix: [await packagedExtension()] });
  try {
    return {
      programs,
      server,
      browser: await WorkbenchBrowser.launch(programs.chromium, join(server.root, 'browser')),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

// Behind all suites of the run.
after(async function () {
  this.timeout(60_000);
  const started = await shared?.catch(() => undefined);
  await started?.browser.close();
  await started?.server.stop();
});

/** Windows and servers with the packaged extension, and folders for them, of one suite; they end behind it. */
export class SuiteWorkbench implements HostEditor {
  readonly #windows: WorkbenchWindow[] = [];
  readonly #ownServers: WorkbenchServer[] = [];
  readonly #platforms: OpenedPlatform[] = [];
  #shared: Shared | undefined;
  #profile: BrowserContext | undefined;

  /** The server that all suites share. */
  get server(): WorkbenchServer {
    assert.ok(this.#shared, 'the workbench has not been started');
    return this.#shared.server;
  }

  /**
   * Opens a window, by default on the shared server; two windows of one suite belong to the same user. `prepare` gets
   * the window's page before anything is loaded.
   */
  async open(
    content: WindowContent,
    { server = this.server, prepare }: { server?: WorkbenchServer; prepare?: (page: Page) => Promise<unknown> } = {},
  ): Promise<WorkbenchWindow> {
    assert.ok(this.#profile, 'the workbench has not been started');
    const window = new WorkbenchWindow(await this.#profile.newPage());
    this.#windows.push(window);
    await prepare?.(window.page);
    await window.load(server.url(content));
    return window;
  }

  /** A server of the suite's own, for what cannot share one: trust, no extension, another environment. */
  async ownServer(options: ServerOptions = {}): Promise<WorkbenchServer> {
    assert.ok(this.#shared, 'the workbench has not been started');
    const vsix = options.vsix ?? [await packagedExtension()];
    const server = await WorkbenchServer.start(this.#shared.programs.server, { ...options, vsix });
    this.#ownServers.push(server);
    return server;
  }

  /** A platform folder of the suite's own, sound unless `files` say otherwise; it is removed behind the suite. */
  async platform(files: Files = {}): Promise<OpenedPlatform> {
    const platform = await OpenedPlatform.create(files);
    this.#platforms.push(platform);
    return platform;
  }

  runSuites(options: HostRunOptions): Promise<HostReport> {
    return runInExtensionHost(this, options);
  }

  async begin(context: Mocha.Context): Promise<void> {
    const programs = await workbenchPrograms();
    if (typeof programs === 'string') return missing(context, 'workbench', programs);
    this.#shared = await (shared ??= start(programs));
    this.#profile = await this.#shared.browser.profile();
  }

  /** Pictures, consoles and logs of everything that is open, below test-results/workbench/. */
  async saveEvidence(title: string): Promise<void> {
    if (!this.#shared) return;
    const name = title.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 100);
    const folder = join(packageRoot, 'test-results', 'workbench', name);
    for (const [index, window] of this.#windows.entries())
      if (!window.page.isClosed()) await window.saveEvidence(folder, `window-${index + 1}`);
    for (const [index, server] of [this.server, ...this.#ownServers].entries())
      await server.saveLogs(join(folder, `server-${index + 1}`));
    console.error(`      what the windows showed and logged: ${folder}`);
  }

  async end(): Promise<void> {
    await this.#profile?.close();
    for (const server of this.#ownServers) await server.stop();
    for (const platform of this.#platforms) await platform.remove();
  }
}

/** Declares that the suite works in the editor; call it in a `describe`. */
export function useWorkbench(): SuiteWorkbench {
  const workbench = new SuiteWorkbench();
  before(async function () {
    this.timeout(600_000); // the server may have to be installed
    // A click can come while the editor still builds what is under it: what fails is tried once more.
    this.test?.parent?.eachTest((test) => test.retries(1));
    await workbench.begin(this);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.saveEvidence(this.currentTest.fullTitle());
  });
  after(async function () {
    this.timeout(60_000);
    const suite = this.test?.parent;
    if (suite && neverRan(suite)) await workbench.saveEvidence(suite.fullTitle());
    await workbench.end();
  });
  return workbench;
}

/** Whether no test came to its turn: a hook before them has failed. */
function neverRan({ tests, suites }: Mocha.Suite): boolean {
  return tests.every((test) => test.state === undefined && !test.isPending()) && suites.every(neverRan);
}
