import { join } from 'node:path';

// Where staging is on another device than the platform's state, a run works on a copy. The original stays beside it until the
// run is settled, so that what somebody still writes to it is not lost; hidden, under a name that says whose it is.

/** Of a file in staging that a run has taken but could not move away. */
export function takenOriginal(staging: string, name: string, runId: string): string {
  return join(staging, `.${name}.${runId}.taken`);
}

/** What a name in staging says, if it is one of `takenOriginal`. */
export function parseTaken(entry: string): { name: string; runId: string } | undefined {
  const [, name, runId] = /^\.(.+)\.([a-z][a-z0-9_]*-\d+)\.taken$/s.exec(entry) ?? [];
  return name === undefined || runId === undefined ? undefined : { name, runId };
}
