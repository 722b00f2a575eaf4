import type { ControlPlaneClient } from '../../api/client.ts';
import { readLocation } from '../../api/location.ts';
import { pause } from '../../foundation/deadlines.ts';
import { messageOf } from '../../foundation/errors.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { isAlive } from '../../processes/is-alive.ts';
import type { RunRecord, StatisticsReport } from '../../protocol/ingestion-log.ts';
import type { ControlPlaneLocation, PlatformStatus } from '../../protocol/management.ts';
import { EditorClient } from './editor-client.ts';

/** How long a status may be asked for before it is given as it is. Milliseconds. */
const pollMs = 25_000;
/** At least so long between two looks at the status, and at what is derived from the logs. Milliseconds. */
const statusPauseMs = 250;
const historyPauseMs = 2000;
/** At most so long between two looks whether it answers again. Milliseconds. */
const longestPauseMs = 5000;
/** How long a process that is there, and is not this one, may be silent until it counts as gone. Milliseconds. */
const silenceMs = 60_000;
/** Runs of the past that are kept. */
const keptRuns = 200;

interface ConnectionParts {
  folder: PlatformFolder;
  location: ControlPlaneLocation;
  /** Whether the control plane is this process's own: then its end is known otherwise, and silence is never taken for it. */
  own: boolean;
  /** Something below has changed. */
  changed: () => void;
  /** It is gone, and not by `dispose`. */
  gone: () => void;
  log: { debug: (line: string) => void; warn: (line: string) => void };
}

/** A control plane that is up: keeps what it says at hand, until it is gone or `dispose`. */
export class Connection {
  readonly client: ControlPlaneClient;
  readonly url: string;
  #status: PlatformStatus;
  #runs: readonly RunRecord[] | undefined;
  #statistics: StatisticsReport | undefined;
  readonly #parts: ConnectionParts;
  readonly #end = new AbortController();

  private constructor(parts: ConnectionParts, client: ControlPlaneClient, status: PlatformStatus) {
    this.#parts = parts;
    this.client = client;
    this.url = parts.location.url;
    this.#status = status;
    void this.#follow();
    void this.#followHistory();
  }

  /** Asks for the first status. @throws PlatformError what the client throws; the signal's reason */
  static async open(parts: ConnectionParts, signal: AbortSignal): Promise<Connection> {
    const client = new EditorClient(parts.location);
    return new Connection(parts, client, await client.status(signal));
  }

  /** The newest that is known. */
  get status(): PlatformStatus {
    return this.#status;
  }
  /** Runs that are over, the newest first; undefined until they are read. */
  get recentRuns(): readonly RunRecord[] | undefined {
    return this.#runs;
  }
  get statistics(): StatisticsReport | undefined {
    return this.#statistics;
  }

  dispose(): void {
    this.#end.abort(new Error('the connection was ended'));
  }

  /** Asks for the next status again and again; the control plane answers when there is one. */
  async #follow(): Promise<void> {
    const { signal } = this.#end;
    try {
      for (;;) {
        try {
          this.#status = await this.client.nextStatus(this.#status.revision, pollMs, signal);
        } catch (error) {
          signal.throwIfAborted();
          this.#parts.log.debug(messageOf(error));
          this.#status = await this.#nextSign(error);
        }
        this.#parts.changed();
        await pause(statusPauseMs, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#parts.log.warn(messageOf(error));
      this.dispose();
      this.#parts.gone();
    }
  }

  /**
   * The next status after an answer did not come, which is no end: the process may be busy, or the machine was asleep.
   * @throws silence when it is gone
   */
  async #nextSign(silence: unknown): Promise<PlatformStatus> {
    const { signal } = this.#end;
    const end = performance.now() + (this.#parts.own ? Infinity : silenceMs);
    for (let wait = statusPauseMs; ; wait = Math.min(2 * wait, longestPauseMs)) {
      if (!this.#parts.own && !(await this.#isThere())) throw silence;
      try {
        return await this.client.status(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (performance.now() >= end) throw error;
      }
      await pause(wait, signal);
    }
  }

  /** Whether the folder still names it, and its process lives. */
  async #isThere(): Promise<boolean> {
    const { folder, location } = this.#parts;
    const now = await readLocation(folder).catch(() => undefined);
    return now?.url === location.url && now.token === location.token && isAlive(location.pid);
  }

  /** Reads the logs again after runs have ended. */
  async #followHistory(): Promise<void> {
    const { signal } = this.#end;
    let known = -1;
    while (!signal.aborted) {
      const now = this.#status.recordedRuns;
      if (now !== known) {
        try {
          [this.#runs, this.#statistics] = await Promise.all([
            this.client.runLog({ limit: keptRuns }),
            this.client.statistics(),
          ]);
          known = now;
          this.#parts.changed();
        } catch (error) {
          // The status is asked for as well, and tells when the control plane is gone.
          this.#parts.log.debug(messageOf(error));
        }
      }
      await pause(historyPauseMs, signal).catch(() => undefined);
    }
  }
}
