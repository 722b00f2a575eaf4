import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { createInterface } from 'node:readline';
import type { ServiceLogOptions } from '../services.ts';
import { callFault } from './engine-faults.ts';

/**
 * The lines of a container's log, output and errors together in the order in which the engine has them. Ends with the log, or
 * when the signal aborts.
 */
export async function* containerLog(
  docker: Dockerode,
  container: string,
  { lines, follow }: ServiceLogOptions,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const text = new PassThrough();
  let source: NodeJS.ReadableStream & { destroy(): void };
  try {
    const options = { stdout: true, stderr: true, tail: lines, abortSignal: signal };
    source = follow
      ? ((await docker.getContainer(container).logs({ ...options, follow: true })) as typeof source)
      : // Without following, the engine's whole answer comes as one buffer.
        bufferStream(await docker.getContainer(container).logs({ ...options, follow: false }));
  } catch (error) {
    signal.throwIfAborted();
    throw callFault(`reading the log of ${container}`, error);
  }
  docker.modem.demuxStream(source, text, text);
  const end = () => text.end();
  source.on('end', end);
  source.on('close', end);
  source.on('error', end);
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) yield line;
  } finally {
    signal.removeEventListener('abort', end);
    source.destroy();
  }
}

/**
 * The newest lines of a log; none when they cannot be had. Many, for a server that ends says why before it takes leave of everything
 * it has open.
 */
export async function lastLines(docker: Dockerode, container: string, lines = 300): Promise<string[]> {
  const read: string[] = [];
  try {
    for await (const line of containerLog(docker, container, { lines, follow: false }, AbortSignal.timeout(5000)))
      read.push(line.slice(0, 500));
  } catch {
    // The message that they would have gone with matters more.
  }
  return read.slice(-lines);
}

function bufferStream(content: Buffer): PassThrough {
  const stream = new PassThrough();
  // On the next turn: what reads it has to be there first, and demuxing reads in events.
  setImmediate(() => stream.end(content));
  return stream;
}
