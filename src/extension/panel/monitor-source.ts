import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { RunRecord, StatisticsReport } from '../../protocol/ingestion-log.ts';
import type { PlatformStatus } from '../../protocol/management.ts';
import type { ServiceUsage } from '../../protocol/services.ts';
import type { PanelAction, PlatformView } from './panel-protocol.ts';

/** As `vscode.Disposable` and `vscode.Event` are, so that what feeds the panel can be tested without the editor. */
export interface Disposable {
  dispose(): unknown;
}
export type Event<T> = (listener: (event: T) => unknown) => Disposable;

/** A platform as the monitoring panel sees it; `PlatformSession` is one. */
export interface MonitorSource {
  readonly folder: PlatformFolder;
  /** Of its folder in the workspace. */
  readonly name: string;
  readonly state: Exclude<PlatformView['state'], 'none'>;
  /** The newest that is known; undefined while the platform does not run. */
  readonly status: PlatformStatus | undefined;
  /** Runs that are over, the newest first. */
  readonly recentRuns: readonly RunRecord[];
  readonly statistics: StatisticsReport | undefined;
  /** What its services take of the machine, while somebody watches it. */
  readonly usage: readonly ServiceUsage[];
  watchUsage(): Disposable;
  /** Anything above has changed. */
  readonly onDidChange: Event<void>;
}

/** The platforms that the panel can be about. Asked again and again: they come, go and change. */
export interface MonitorSources {
  /** In the order in which they are offered. */
  all(): readonly MonitorSource[];
  shown(): MonitorSource | undefined;
  /** @param folder of one of them; of another it changes nothing */
  show(folder: string): void;
}

/** What the panel cannot do itself; each shows its own failure. */
export interface MonitorActions {
  /** The record of a run, active or ended. */
  openRun(run: { tenant: string; runId: string }): unknown;
  /** Asks before it does. */
  cancelRun(run: { tenant: string; runId: string }): unknown;
  /** The whole log in an editor; undefined: the platform's. */
  openLog(tenant: string | undefined): unknown;
  act(action: PanelAction): unknown;
}
