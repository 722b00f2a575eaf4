import type { ToPanel } from '../src/extension/panel/panel-protocol.ts';

type Message<T extends ToPanel['type']> = Extract<ToPanel, { type: T }>;

interface Handlers {
  /** Asks the host for a snapshot. */
  ask: () => void;
  snapshot: (message: Message<'snapshot'>) => void;
  delta: (message: Message<'delta'>) => void;
}

/**
 * Takes the host's messages in their order. Without the one before, a delta makes no sense: then a snapshot is asked for, again
 * and again until there is one, since what was lost may as well have been the question or its answer.
 */
export class MessageOrder {
  readonly #handlers: Handlers;
  readonly #everyMs: number;
  #sequence = 0;
  #asking: ReturnType<typeof setInterval> | undefined;

  constructor(handlers: Handlers, everyMs = 5_000) {
    this.#handlers = handlers;
    this.#everyMs = everyMs;
  }

  start(): void {
    if (this.#asking !== undefined) return;
    this.#asking = setInterval(this.#handlers.ask, this.#everyMs);
    this.#handlers.ask();
  }

  take(message: ToPanel): void {
    if (message.type === 'snapshot') {
      this.#sequence = message.sequence;
      this.#stopAsking();
      this.#handlers.snapshot(message);
    } else if (this.#asking === undefined && message.sequence === this.#sequence + 1) {
      this.#sequence = message.sequence;
      this.#handlers.delta(message);
    } else if (message.sequence > this.#sequence) {
      this.start();
    }
  }

  #stopAsking(): void {
    clearInterval(this.#asking);
    this.#asking = undefined;
  }
}
