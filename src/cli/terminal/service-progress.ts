import type { ServiceStage, StartProgress } from '../../runtimes/services.ts';
import type { Terminal } from './terminal.ts';
import { printable } from './text.ts';

const words: Record<ServiceStage, string> = {
  image: 'looking for its image',
  container: 'starting its container',
  listening: 'waiting until it listens',
  login: 'logging in',
  ready: 'ready',
};
/** A download tells how far it is at most so often, in milliseconds. */
const detailMs = 3000;

/** Notes how far the services of a platform are: a line for each stage, and one now and then for a long one. */
export function notesOfServices(terminal: Pick<Terminal, 'note'>): (progress: StartProgress) => void {
  const told = new Map<string, number>();
  return ({ service, stage, detail }) => {
    const now = performance.now();
    const key = `${service} ${stage}`;
    const before = told.get(key);
    if (before !== undefined && (detail === undefined || now - before < detailMs)) return;
    told.set(key, now);
    terminal.note(printable(`${service.padEnd(12)}  ${detail ?? words[stage]}`));
  };
}
