import type { AsyncDisposer } from '../foundation/disposables.ts';
import { pause, underDeadline } from '../foundation/deadlines.ts';
import type { BatchJob } from '../protocol/jobs.ts';
import type { Directives, RunReport } from '../protocol/reports.ts';
import { directives } from '../protocol/reports.ts';

const reportMs = 1000;
const pollMs = 20_000;
const answerMs = 5000;
const retryMs = 500;

/** What the link needs of the run. */
export interface LinkedRun {
  report(sequence: number, last: boolean): RunReport;
  obey(directives: Directives): void;
  /** The control plane was not reached for the length of the lease. */
  leaseLost(seconds: number): void;
}

/**
 * The runner's side of the control plane's HTTP API: a report about once a second, a long poll for directives, a lease that
 * every answer renews.
 */
export class ControlLink implements AsyncDisposer {
  readonly #run: LinkedRun;
  readonly #base: string;
  readonly #token: string;
  readonly #leaseMs: number;
  readonly #stop = new AbortController();
  readonly #loops: Promise<void>[];
  #answeredAt = performance.now();
  #sequence = 0;
  #version = -1;

  constructor(runId: string, link: NonNullable<BatchJob['controlPlane']>, token: string, run: LinkedRun) {
    this.#run = run;
    this.#base = `${link.url}/v1/runs/${runId}`;
    this.#token = token;
    this.#leaseMs = link.leaseSeconds * 1000;
    this.#loops = [this.#reportLoop(), this.#pollLoop()];
  }

  /** Sends the last report, as far as anybody listens, and ends. */
  async dispose(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    await this.#send(true).catch(() => undefined);
  }

  async #reportLoop(): Promise<void> {
    const stop = this.#stop.signal;
    while (!stop.aborted) {
      try {
        await this.#send(false, stop);
      } catch {
        const silent = performance.now() - this.#answeredAt;
        if (silent > this.#leaseMs) this.#run.leaseLost(Math.round(silent / 1000));
      }
      await pause(reportMs, stop).catch(() => undefined);
    }
  }

  async #pollLoop(): Promise<void> {
    const stop = this.#stop.signal;
    while (!stop.aborted) {
      try {
        const after = Math.max(0, this.#version);
        const answer = await this.#fetch(`directives?after=${after}&waitMs=${pollMs}`, {}, pollMs + answerMs, stop);
        this.#take(answer);
      } catch {
        await pause(retryMs, stop).catch(() => undefined);
      }
    }
  }

  async #send(last: boolean, stop?: AbortSignal): Promise<void> {
    const body = JSON.stringify(this.#run.report(this.#sequence++, last));
    const report = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    this.#take(await this.#fetch('reports', report, answerMs, stop));
  }

  async #fetch(
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> },
    deadlineMs: number,
    stop?: AbortSignal,
  ): Promise<Directives> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    const exchange = async (signal: AbortSignal) => {
      const response = await fetch(`${this.#base}/${path}`, { ...init, headers, signal });
      if (!response.ok) throw new Error(`the control plane answered ${response.status}`);
      return directives.parse(await response.json());
    };
    return underDeadline(deadlineMs, `the control plane's answer to ${path}`, exchange, stop);
  }

  #take(answer: Directives): void {
    this.#answeredAt = performance.now();
    if (answer.version <= this.#version) return;
    this.#version = answer.version;
    this.#run.obey(answer);
  }
}
