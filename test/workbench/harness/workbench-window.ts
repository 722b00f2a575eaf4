import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { until } from '../../../src/foundation/deadlines.ts';

const maxConsoleLines = 1000;

/** Name of a colour theme among those that VS Code offers, and the class by which the workbench shows that it has it. */
const themes = {
  light: { name: 'Light Modern', css: 'vs' },
  dark: { name: 'Dark Modern', css: 'vs-dark' },
  highContrast: { name: 'Dark High Contrast', css: 'hc-black' },
  highContrastLight: { name: 'Light High Contrast', css: 'hc-light' },
};
export type Theme = keyof typeof themes;

/** A window of the editor, as its user sees and handles it. Every wait has a deadline: 30 s unless told. */
export class WorkbenchWindow {
  readonly page: Page;
  readonly #console: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => this.#remember(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.#remember(`uncaught: ${error.stack ?? error.message}`));
    page.on('requestfailed', (request) => this.#remember(`failed: ${request.url()}`));
  }

  async load(url: string): Promise<void> {
    await this.page.goto(url);
    await this.ready();
  }

  /** Resolves when the workbench stands. Extensions may still be starting. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 });
  }

  /** Starts a command from the palette; `title` is what the palette shows: `mysimbdp: Check Profiles`. */
  async runCommand(title: string): Promise<void> {
    const row = this.#quickPickRow(title);
    // What is contributed while the palette is open does not come into it, and a list that is drawn anew takes the row
    // away from under a click: in both cases the palette is opened again. A click that has closed it has come through, also
    // when a busy machine tells of it too late.
    await until(30_000, `the command "${title}" in the palette`, async () => {
      await this.#openPalette(title);
      return row.click({ timeout: 3000 }).then(
        () => true,
        async () => !(await this.quickInput().isVisible()),
      );
    });
  }

  /** Whether the palette offers a command. */
  async offersCommand(title: string): Promise<boolean> {
    await this.#openPalette(title);
    const { page } = this;
    await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    const offered = await this.#quickPickRow(title).isVisible();
    await page.keyboard.press('Escape');
    return offered;
  }

  async #openPalette(title: string): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('F1');
    await this.quickInput().fill(`>${title}`);
  }

  #quickPickRow(label: string): Locator {
    const name = this.page.locator('.label-name').filter({ hasText: exactly(label) });
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ has: name }).first();
  }

  /** The text field of the palette, of quick picks and input boxes. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  /** Takes an entry of the quick pick that is open. */
  async pick(label: string): Promise<void> {
    await this.#quickPickRow(label).click();
  }

  /** Messages of the notifications that are shown now. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  /** The notification with a text, once it is shown; its buttons are `getByRole('button', { name })` in it. */
  async notification(text: string | RegExp): Promise<Locator> {
    const toast = this.page.locator('.notification-toast').filter({ hasText: text }).first();
    await toast.waitFor();
    return toast;
  }

  /** Rows of the Problems view, file rows included. */
  async problems(): Promise<Locator> {
    await this.runCommand('Problems: Focus on Problems View');
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  /** Opens a file by its absolute path, so that nothing has to be searched for. */
  async openFile(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const file = this.#quickPickRow(name);
    await until(30_000, `${path} among the files`, async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+KeyP');
      await this.quickInput().fill(path);
      return file.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
    await file.click();
    await this.page.locator('.editor-group-container .tab.active', { hasText: name }).waitFor();
  }

  /** The inner document of the webview that has `content` in it, once there is one. */
  async webview(content: string | RegExp): Promise<FrameLocator> {
    const outer = this.page.locator('iframe.webview.ready');
    return until(30_000, `a webview with ${content.toString()}`, async () => {
      for (let index = 0; index < (await outer.count()); index++) {
        const inner = outer.nth(index).contentFrame().frameLocator('iframe#active-frame');
        const found = inner.locator('body').filter({ hasText: content });
        if (await found.isVisible().catch(() => false)) return inner;
      }
      return undefined;
    });
  }

  /** Changes the user's theme, as the user would; it is the theme of windows that are opened later as well. */
  async setTheme(theme: Theme): Promise<void> {
    const { name, css } = themes[theme];
    await this.runCommand('Preferences: Color Theme');
    // The palette has the command in its text field; the list of themes comes in its place, with an empty one.
    await until(30_000, 'the list of themes', async () => (await this.quickInput().inputValue()) === '');
    await this.quickInput().fill(name);
    await this.pick(name);
    await this.page.locator(`.monaco-workbench.${css}`).waitFor();
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  }

  /** Loads the window again, as "Developer: Reload Window" does: its extension host ends, another starts. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Puts a picture and what the page's console said into a folder. */
  async saveEvidence(folder: string, name: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${name}-console.log`), `${this.#console.join('\n')}\n`);
    await this.screenshot(join(folder, `${name}.png`)).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  #remember(line: string): void {
    if (this.#console.length >= maxConsoleLines) this.#console.shift();
    this.#console.push(line.slice(0, 2000));
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
