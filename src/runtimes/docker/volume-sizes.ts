import type Dockerode from 'dockerode';
import { pause, within } from '../../foundation/deadlines.ts';
import type { Engine } from './connect-engine.ts';

/** An engine walks through all files of all volumes of its machine for it. How long it may take, in milliseconds, … */
const longestMs = 120_000;
/** … how long what it has found is used, … */
const freshMs = 60_000;
/** … and how long somebody is kept waiting for it, who is told what was known before then. */
const patienceMs = 1000;

/** Bytes of each volume of an engine, by name, as it was found a short while ago. */
export class VolumeSizes {
  readonly #engine: Engine;
  readonly #signal: AbortSignal;
  #known: ReadonlyMap<string, number> = new Map();
  #looking: Promise<void> | undefined;
  /** When the last look ended, of `performance.now()`. */
  #lookedAt = -Infinity;

  /** @param signal ends a look that is under way */
  constructor(engine: Engine, signal: AbortSignal) {
    this.#engine = engine;
    this.#signal = signal;
  }

  /** Never fails: an engine that does not tell is no reason to hide all else that is known of a service. */
  async current(): Promise<ReadonlyMap<string, number>> {
    if (performance.now() - this.#lookedAt > freshMs) {
      this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    }
    if (this.#looking) await Promise.race([this.#looking, pause(patienceMs)]);
    return this.#known;
  }

  async #look(): Promise<void> {
    try {
      this.#known = await within(longestMs, 'the sizes of volumes', volumeSizes(this.#engine, this.#signal));
    } catch {
      // Asked again when it is due.
    }
    this.#lookedAt = performance.now();
  }
}

/** Since API 1.42 an engine can be asked for its volumes alone; it measures images and build caches otherwise, which takes longer. */
async function volumeSizes({ docker, apiVersion }: Engine, abortSignal: AbortSignal): Promise<Map<string, number>> {
  const volumesOnly = Number(apiVersion.split('.')[1]) >= 42;
  const { Volumes } = await new Promise<DiskUsage>((resolve, reject) => {
    const request = {
      path: volumesOnly ? '/system/df?' : '/system/df',
      method: 'GET',
      abortSignal,
      options: volumesOnly ? { type: 'volume' } : undefined,
      statusCodes: { 200: true, 500: 'server error' },
    };
    (docker as DialingDockerode).modem.dial(request, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
  return new Map(
    (Volumes ?? []).flatMap(({ Name, UsageData }) =>
      UsageData && UsageData.Size >= 0 ? [[Name, UsageData.Size]] : [],
    ),
  );
}

interface DiskUsage {
  Volumes?: { Name: string; UsageData?: { Size: number } | null }[] | null;
}

/** dockerode's own `df` takes no options. */
type DialingDockerode = Dockerode & {
  modem: { dial(request: object, done: (error: Error | null, answer: DiskUsage) => void): void };
};
