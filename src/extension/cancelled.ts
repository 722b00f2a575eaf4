import type { CancellationToken } from 'vscode';

/** The user has left a question open, or called off what they had asked for. Ends a command without a word. */
export class Cancelled extends Error {}

/** Aborts with `Cancelled`, which ends a command without a word. */
export function cancelledBy(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort(new Cancelled()));
  return abort.signal;
}
