import * as vscode from 'vscode';
import type { ServiceShell } from '../../runtimes/services.ts';

/** A shell in a container as a terminal of the editor: no command line tool of an engine is needed on this machine. */
export class ShellTerminal implements vscode.Pseudoterminal {
  readonly #shell: ServiceShell;
  readonly #output = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<void>();
  #hasEnded = false;

  constructor(shell: ServiceShell) {
    this.#shell = shell;
  }

  get onDidWrite(): vscode.Event<string> {
    return this.#output.event;
  }
  get onDidClose(): vscode.Event<void> {
    return this.#closed.event;
  }

  open(size: vscode.TerminalDimensions | undefined): void {
    if (size) this.setDimensions(size);
    this.#shell.read((text) => this.#output.fire(text));
    void this.#shell.ended.then((status) => {
      this.#hasEnded = true;
      if (status === 0) {
        this.#closed.fire();
        return;
      }
      // What it said stays to be read.
      const text =
        status === undefined
          ? vscode.l10n.t('The connection to the container has ended. Press a key to close.')
          : vscode.l10n.t('It has ended with status {0}. Press a key to close.', status);
      this.#output.fire(`\r\n${text}\r\n`);
    });
  }

  close(): void {
    void this.#shell.end();
  }

  handleInput(text: string): void {
    if (this.#hasEnded) this.#closed.fire();
    else this.#shell.write(text);
  }

  setDimensions(size: vscode.TerminalDimensions): void {
    // A program that is ending has no size any more.
    this.#shell.resize(size).catch(() => undefined);
  }
}
