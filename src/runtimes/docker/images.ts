import { within } from '../../foundation/deadlines.ts';
import type { Engine } from './connect-engine.ts';
import { callFault, engineDiskFull, imageNotAvailable, isNotFound } from './engine-faults.ts';

/** How far the download of an image is. */
export interface PullProgress {
  image: string;
  /** Layers that are there, of all that are known so far. */
  doneLayers: number;
  layers: number;
  /** Of the layers that are being downloaded; 0 until the registry has told sizes. */
  doneBytes: number;
  bytes: number;
}

type Events = NodeJS.ReadableStream & { destroy(error?: Error): void };

interface PullEvent {
  id?: string;
  status?: string;
  error?: string;
  progressDetail?: { current?: number; total?: number };
}

/** A registry that says nothing for so long is given up. Milliseconds. */
const silenceMs = 120_000;

/**
 * Makes sure that an image is on the machine of the engine. One that is there is used as it is: no registry is asked.
 * @throws PlatformError IMAGE_NOT_AVAILABLE, ENGINE_DISK_FULL
 */
export async function ensureImage(
  { docker }: Engine,
  image: string,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await docker.getImage(image).inspect();
    return;
  } catch (error) {
    if (!isNotFound(error)) throw callFault(`looking for the image ${image}`, error);
  }
  signal.throwIfAborted();
  try {
    const events = await within(
      silenceMs,
      `the registry's answer for ${image}`,
      docker.pull(withTag(image), { abortSignal: signal }) as Promise<Events>,
    );
    await follow(events, new PullState(image), onProgress, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw /no space left on device/i.test(String(error)) ? engineDiskFull(error) : imageNotAvailable(image, error);
  }
}

/** Without a tag an engine would download all of them. */
function withTag(image: string): string {
  return /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
}

/** Reads the engine's lines of JSON to their end. An error in them is the end as well: the HTTP status was 200 long before. */
async function follow(
  events: Events,
  state: PullState,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) events.destroy();
  signal.throwIfAborted();
  const stop = () => events.destroy(new Error('the download was cancelled'));
  signal.addEventListener('abort', stop, { once: true });
  let silence: NodeJS.Timeout | undefined;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(
      () => events.destroy(new Error(`the registry said nothing for ${silenceMs / 1000} s`)),
      silenceMs,
    );
  };
  let carry = '';
  try {
    heard();
    for await (const piece of events) {
      heard();
      const lines = (carry + piece.toString()).split('\n');
      carry = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') state.take(JSON.parse(line) as PullEvent);
      onProgress(state.progress());
    }
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', stop);
  }
}

/** What the events of a download add up to. */
export class PullState {
  readonly #image: string;
  readonly #layers = new Map<string, { done: boolean; current: number; total: number }>();

  constructor(image: string) {
    this.#image = image;
  }

  take({ id, status = '', error, progressDetail }: PullEvent): void {
    if (error !== undefined) throw new Error(error);
    if (id === undefined || status.startsWith('Pulling from ')) return;
    const layer = this.#layers.get(id) ?? { done: false, current: 0, total: 0 };
    this.#layers.set(id, layer);
    if (status === 'Downloading' && progressDetail) {
      layer.current = progressDetail.current ?? layer.current;
      layer.total = progressDetail.total ?? layer.total;
    }
    if (status === 'Download complete') layer.current = layer.total;
    layer.done = /^(Pull complete|Already exists)$/.test(status);
  }

  progress(): PullProgress {
    const layers = [...this.#layers.values()];
    const sum = (key: 'current' | 'total') => layers.reduce((all, layer) => all + layer[key], 0);
    return {
      image: this.#image,
      doneLayers: layers.filter(({ done }) => done).length,
      layers: layers.length,
      doneBytes: sum('current'),
      bytes: sum('total'),
    };
  }
}
