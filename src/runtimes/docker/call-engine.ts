import type Dockerode from 'dockerode';
import { within } from '../../foundation/deadlines.ts';
import type { Engine } from './connect-engine.ts';
import { callFault } from './engine-faults.ts';

/** What an engine may take over one call that has nothing to wait for. Milliseconds. */
const answerMs = 30_000;

/**
 * One call to an engine that has answered before. It has a deadline: an engine that hangs, or breaks off in the middle of an
 * answer, leaves dockerode waiting for ever.
 * @param doing for messages: `creating the network x`
 * @throws PlatformError ENGINE_…
 */
export async function callEngine<T>(
  { docker }: Pick<Engine, 'docker'>,
  doing: string,
  call: (docker: Dockerode) => Promise<T>,
  milliseconds = answerMs,
): Promise<T> {
  try {
    return await within(milliseconds, doing, call(docker));
  } catch (error) {
    throw callFault(doing, error);
  }
}
