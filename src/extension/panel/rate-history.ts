import { bounds, type RateSample, type Snapshots } from './panel-protocol.ts';
import { RingBuffer } from './ring-buffer.ts';

/** The name of the sum of those that have no series of their own. */
export const others = '';

type History = Snapshots['throughput'];

/**
 * Rates of the last minutes, one sample a second. A tenant has a series while it is not idle throughout; when there are
 * as many as have a place, further ones are summed as `others`. Both sides of the panel keep one: the host's chooses,
 * the panel's repeats.
 */
export class RateHistory {
  readonly #samples: RingBuffer<RateSample>;
  readonly #named: number;
  /** When each series was last above zero, as the number of its sample. */
  readonly #lastActive = new Map<string, number>();
  readonly #seconds: number;
  #number = 0;

  constructor(
    { seconds, named }: { seconds: number; named: number } = {
      seconds: bounds.historySeconds,
      named: bounds.namedSeries,
    },
  ) {
    this.#seconds = seconds;
    this.#named = named;
    this.#samples = new RingBuffer(seconds);
  }

  /** Adds a sample, and gives it as it is kept. */
  add({ time, rates }: RateSample): RateSample {
    const number = this.#number++;
    for (const [name, last] of this.#lastActive) if (last <= number - this.#seconds) this.#lastActive.delete(name);
    const kept = new Map<string, { rows: number; bytes: number }>();
    for (const { name, rows, bytes } of rates) {
      if (rows <= 0 && bytes <= 0) continue;
      const series = this.#place(name);
      this.#lastActive.set(series, number);
      const sum = kept.get(series) ?? { rows: 0, bytes: 0 };
      kept.set(series, { rows: sum.rows + rows, bytes: sum.bytes + bytes });
    }
    const sample = { time, rates: [...kept].map(([name, { rows, bytes }]) => ({ name, rows, bytes })) };
    this.#samples.push(sample);
    return sample;
  }

  /** All series at full length, oldest value first, in the order in which they became active; `others` last. */
  view(): History {
    const samples = this.#samples.toArray();
    const names = [...this.#lastActive.keys()].sort((a, b) => Number(a === others) - Number(b === others));
    const places = new Map(names.map((name, index) => [name, index]));
    const series = names.map((name) => ({
      name,
      rows: samples.map(() => 0),
      bytes: samples.map(() => 0),
    }));
    for (const [at, { rates }] of samples.entries()) {
      for (const { name, rows, bytes } of rates) {
        const found = series[places.get(name) ?? -1];
        if (!found) continue;
        found.rows[at] = rows;
        found.bytes[at] = bytes;
      }
    }
    return { times: samples.map(({ time }) => time), series };
  }

  /** Replaces everything by what `view` of another history gave. */
  load({ times, series }: History): void {
    this.#samples.clear();
    this.#lastActive.clear();
    this.#number = 0;
    for (const [at, time] of times.entries())
      this.add({
        time,
        rates: series.map(({ name, rows, bytes }) => ({ name, rows: rows[at] ?? 0, bytes: bytes[at] ?? 0 })),
      });
  }

  /** The newest sample, if there is one. */
  get last(): RateSample | undefined {
    return this.#samples.toArray().at(-1);
  }

  #place(name: string): string {
    if (name === others || this.#lastActive.has(name)) return name;
    const named = this.#lastActive.size - (this.#lastActive.has(others) ? 1 : 0);
    return named < this.#named ? name : others;
  }
}
