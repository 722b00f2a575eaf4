import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { Disposables } from '../../../src/foundation/disposables.ts';
import { WorkbenchBrowser } from './browser.ts';
import { packageExtension } from './package-extension.ts';
import { workbenchPrograms } from './requirements.ts';
import { WorkbenchServer, type ServerOptions, type WindowContent } from './server.ts';
import { WorkbenchWindow } from './workbench-window.ts';

/** The packaged extension in the workbench, for scripts: what tests have from `useWorkbench`, without a test run around it. */
export class StandaloneWorkbench {
  readonly server: WorkbenchServer;
  readonly #profile: BrowserContext;
  readonly #owned: Disposables;

  private constructor(server: WorkbenchServer, profile: BrowserContext, owned: Disposables) {
    this.server = server;
    this.#profile = profile;
    this.#owned = owned;
  }

  /** @throws Error when this machine lacks what a workbench needs */
  static async start(options: Omit<ServerOptions, 'vsix'> = {}): Promise<StandaloneWorkbench> {
    const programs = await workbenchPrograms();
    if (typeof programs === 'string') throw new Error(programs);
    const owned = new Disposables();
    try {
      const scratch = await mkdtemp(join(tmpdir(), 'mysimbdp-vsix-'));
      owned.add({ dispose: () => rm(scratch, { recursive: true, force: true }) });
      const server = await WorkbenchServer.start(programs.server, {
        ...options,
        vsix: [await packageExtension(scratch)],
      });
      owned.add({ dispose: () => server.stop() });
      const browser = await WorkbenchBrowser.launch(programs.chromium, join(server.root, 'browser'));
      owned.add({ dispose: () => browser.close() });
      return new StandaloneWorkbench(server, await browser.profile(), owned);
    } catch (error) {
      await owned.dispose();
      throw error;
    }
  }

  /** `prepare` gets the window's page before anything is loaded. */
  async open(
    content: WindowContent,
    { prepare }: { prepare?: (page: Page) => Promise<unknown> } = {},
  ): Promise<WorkbenchWindow> {
    const window = new WorkbenchWindow(await this.#profile.newPage());
    await prepare?.(window.page);
    await window.load(this.server.url(content));
    return window;
  }

  async stop(): Promise<void> {
    await this.#owned.dispose();
  }
}
