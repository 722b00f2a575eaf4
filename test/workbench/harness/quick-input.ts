import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { pause, until } from '../../../src/foundation/deadlines.ts';
import type { WorkbenchWindow } from './workbench-window.ts';

/** The quick input of a window, step by step, as somebody uses it who goes through a wizard. */
export class QuickInput {
  readonly #window: WorkbenchWindow;
  readonly #widget: Locator;

  constructor(window: WorkbenchWindow) {
    this.#window = window;
    this.#widget = window.page.locator('.quick-input-widget');
  }

  /** Resolves when a question is shown, by its title without the step count. */
  async at(title: string): Promise<void> {
    await until(
      30_000,
      `the question "${title}"`,
      async () => (await this.#title()).replace(/ \(\d+\/\d+\)$/, '') === title,
    );
  }

  /** Holds the step count against what it should be. */
  async steps(step: number, total: number): Promise<void> {
    assert.match(await this.#title(), new RegExp(`\\(${step}/${total}\\)$`));
  }

  async text(): Promise<string> {
    return this.#window.quickInput().inputValue();
  }

  async type(text: string): Promise<void> {
    await this.#window.quickInput().fill(text);
  }

  async press(key: string): Promise<void> {
    await this.#window.quickInput().press(key);
  }

  async enter(text: string): Promise<void> {
    await this.type(text);
    await this.press('Enter');
  }

  /** Takes what is offered. */
  async accept(): Promise<void> {
    await this.press('Enter');
  }

  /** An entry by a part of its text. */
  row(text: string): Locator {
    return this.#widget.locator('.monaco-list-row').filter({ hasText: text }).first();
  }

  /** Filters the list by a text, so that its entry is drawn, and takes it. */
  async pick(text: string): Promise<void> {
    await this.find(text);
    await this.row(text).click();
  }

  /** Changes whether an entry of a selection is taken. */
  async toggle(text: string): Promise<void> {
    await this.pick(text);
    await this.type('');
  }

  /** Filters the list by a text, and resolves when an entry with it is drawn. */
  async find(text: string): Promise<void> {
    await this.type(text);
    await this.row(text).waitFor();
  }

  /** Resolves when the message below the input has a text in it. */
  async message(text: string): Promise<void> {
    await this.#widget.locator('.quick-input-message').filter({ hasText: text }).waitFor();
  }

  backButton(): Locator {
    return this.#widget.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' });
  }

  async goBack(): Promise<void> {
    await this.backButton().click();
  }

  async leave(): Promise<void> {
    await this.press('Escape');
    await this.#widget.waitFor({ state: 'hidden' });
  }

  /** Answers the dialog that asks for a file or folder, which is a quick input where files are elsewhere. */
  async chooseFile(path: string): Promise<void> {
    const button = this.#widget.locator('.quick-input-action .monaco-button').first();
    await button.waitFor();
    const dialog = await this.#title();
    // It writes where it is into the input once it has looked there, and would take that.
    await until(30_000, `the choice of ${path}`, async () => {
      await this.type(path);
      await pause(300);
      if ((await this.text()).replace(/\/$/, '') !== path) return false;
      await button.click({ timeout: 2000 }).catch(() => undefined);
      return until(2000, 'the end of the dialog', async () => (await this.#title()) !== dialog).catch(() => false);
    });
  }

  async #title(): Promise<string> {
    const title = this.#widget.locator('.quick-input-title');
    return (await title.isVisible()) ? title.innerText() : '';
  }
}
