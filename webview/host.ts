import * as z from 'zod/mini';
import { logLevels, toPanel, type ToHost, type ToPanel } from '../src/extension/panel/panel-protocol.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

// The page's security policy forbids making code out of text, which zod does to be fast where it may.
z.config({ jitless: true });

/** What the editor keeps of the panel while it is hidden, and over a reload. */
const panelState = z.object({
  level: z.enum(logLevels),
  tenant: z.nullable(z.string()),
  search: z.string(),
  follow: z.boolean(),
  /** Sections that are folded. */
  folded: z.array(z.string()),
});
export type PanelState = z.infer<typeof panelState>;

const initialState: PanelState = { level: 'info', tenant: null, search: '', follow: true, folded: [] };

/** The extension host, as the panel sees it. */
export class Host {
  readonly #api = acquireVsCodeApi();
  #state: PanelState;

  constructor() {
    const kept = panelState.safeParse(this.#api.getState());
    this.#state = kept.success ? kept.data : initialState;
  }

  get state(): Readonly<PanelState> {
    return this.#state;
  }

  keep(change: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...change };
    this.#api.setState(this.#state);
  }

  post(message: ToHost): void {
    this.#api.postMessage(message);
  }

  onMessage(take: (message: ToPanel) => void): void {
    window.addEventListener('message', ({ data }) => {
      const message = toPanel.safeParse(data);
      if (message.success) take(message.data);
      else console.error('not understood', message.error.issues[0]);
    });
  }
}
