import * as vscode from 'vscode';
import { pause } from '../../foundation/deadlines.ts';
import { messageOf } from '../../foundation/errors.ts';
import type { ServiceUsage } from '../../protocol/services.ts';

/** At least so long between an answer and the next question, and at least so many times what the answer took. Milliseconds. */
const pauseMs = 5_000;
const pauseShare = 10;

interface UsageWatchParts {
  /** Undefined: there is nothing to ask for now. */
  ask: (signal: AbortSignal) => Promise<readonly ServiceUsage[]> | undefined;
  changed: () => void;
  log: (line: string) => void;
  /** In place of `pauseMs`. */
  pauseMs?: number;
}

/**
 * What the services of a platform take of the machine, as long as somebody looks at it. The engine measures for seconds, and
 * walks through its volumes: nobody waits for it, and it has nine tenths of the time for itself.
 */
export class UsageWatch implements vscode.Disposable {
  readonly #parts: UsageWatchParts;
  readonly #watchers = new Set<object>();
  #following: AbortController | undefined;
  #usage: readonly ServiceUsage[] = [];

  constructor(parts: UsageWatchParts) {
    this.#parts = parts;
  }

  /** The newest that is known; empty while nobody looks, or nothing runs. */
  get usage(): readonly ServiceUsage[] {
    return this.#usage;
  }

  /** Somebody looks at it, until what is returned is disposed of. */
  watch(): vscode.Disposable {
    const watcher = {};
    this.#watchers.add(watcher);
    if (!this.#following) {
      this.#following = new AbortController();
      void this.#follow(this.#following.signal);
    }
    return new vscode.Disposable(() => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.dispose();
    });
  }

  dispose(): void {
    this.#following?.abort(new Error('nobody looks at the usage of the services any more'));
    this.#following = undefined;
    this.#usage = [];
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const asked = performance.now();
      this.#take(await this.#ask(signal), signal);
      const took = performance.now() - asked;
      await pause(Math.max(this.#parts.pauseMs ?? pauseMs, pauseShare * took), signal).catch(() => undefined);
    }
  }

  #take(usage: readonly ServiceUsage[], signal: AbortSignal): void {
    if (signal.aborted) return;
    const isNew = usage.length > 0 || this.#usage.length > 0;
    this.#usage = usage;
    if (isNew) this.#parts.changed();
  }

  async #ask(signal: AbortSignal): Promise<readonly ServiceUsage[]> {
    try {
      return (await this.#parts.ask(signal)) ?? [];
    } catch (error) {
      // What is wrong with the services is in their state.
      if (!signal.aborted) this.#parts.log(`the usage of the services: ${messageOf(error)}`);
      return [];
    }
  }
}
