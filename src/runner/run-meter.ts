import { readFileSync } from 'node:fs';
import type { IntervalHistogram } from 'node:perf_hooks';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Checkpoint, Counters } from '../protocol/checkpoints.ts';

/** Rates are averages over this many milliseconds. */
const windowMs = 3000;

/** Measures the run: resources of the process, and how fast records pass. */
export class RunMeter {
  readonly #delay: IntervalHistogram;
  readonly #before: Checkpoint['usage'];
  #samples: { at: number; read: number; bytes: number }[] = [];

  /** @param before usage of earlier attempts of the run */
  constructor(before: Checkpoint['usage']) {
    this.#before = before;
    this.#delay = monitorEventLoopDelay({ resolution: 1 });
    this.#delay.enable();
  }

  usage(): Checkpoint['usage'] {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    return {
      seconds: this.#before.seconds + process.uptime(),
      cpuSeconds: this.#before.cpuSeconds + (userCPUTime + systemCPUTime) / 1e6,
      peakRssBytes: Math.max(this.#before.peakRssBytes, peakResidentBytes()),
      eventLoopDelayP99Ms: this.#delay.count > 0 ? this.#delay.percentile(99) / 1e6 : 0,
    };
  }

  /** Records/s and bytes/s of the last seconds. */
  rates(counters: Counters): { rowsPerSecond: number; bytesPerSecond: number } {
    const now = { at: performance.now(), read: counters.read, bytes: counters.bytes };
    this.#samples.push(now);
    while (this.#samples.length > 2 && now.at - (this.#samples[0]?.at ?? 0) > windowMs) this.#samples.shift();
    const first = this.#samples[0] ?? now;
    const seconds = (now.at - first.at) / 1000;
    if (seconds < 0.05) return { rowsPerSecond: 0, bytesPerSecond: 0 };
    return {
      rowsPerSecond: Math.max(0, now.read - first.read) / seconds,
      bytesPerSecond: Math.max(0, now.bytes - first.bytes) / seconds,
    };
  }
}

/** On Linux the peak that getrusage gives begins with that of the process which started this one, however large it is. */
function peakResidentBytes(): number {
  if (process.platform === 'linux') {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}
