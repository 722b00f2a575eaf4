import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { ownEnvironment } from './run-program.ts';

/** Headless Chromium. */
export class WorkbenchBrowser {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** `home` takes what it writes; its owner removes it. The browser ends with this process. */
  static async launch(program: string, home: string): Promise<WorkbenchBrowser> {
    const browser = await chromium.launch({
      executablePath: program,
      env: definedOnly(ownEnvironment({ HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_CACHE_HOME: home })),
      args: ['--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
      timeout: 60_000,
    });
    return new WorkbenchBrowser(browser);
  }

  /** A user of their own: windows of one profile share what VS Code stores in the browser. */
  async profile(): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    context.setDefaultTimeout(30_000);
    context.setDefaultNavigationTimeout(60_000);
    return context;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
