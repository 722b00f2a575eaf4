import * as vscode from 'vscode';

/** An event that is told at most once in `ms`, however often it is fired; the last firing is never lost. */
export class CoalescedEvent implements vscode.Disposable {
  readonly #emitter = new vscode.EventEmitter<void>();
  readonly #ms: number;
  #timer: NodeJS.Timeout | undefined;
  #toldAt = -Infinity;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get event(): vscode.Event<void> {
    return this.#emitter.event;
  }

  fire(): void {
    const wait = Math.max(0, this.#toldAt + this.#ms - performance.now());
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#toldAt = performance.now();
      this.#emitter.fire();
    }, wait);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#emitter.dispose();
  }
}
