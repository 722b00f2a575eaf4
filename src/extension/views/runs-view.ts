import * as vscode from 'vscode';
import type { RunRecord } from '../../protocol/ingestion-log.ts';
import type { ActiveRun, PreparingRun, WaitingRun } from '../../protocol/management.ts';
import { shareDone } from '../../protocol/progress.ts';
import { failureOf, hasFailed, hasRejectedAll } from '../run-standing.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { hintOf } from '../commands/error-help.ts';
import { isRecent } from './attention.ts';
import { ago, bytes, count, counted, duration, plain, rowRate } from './figures.ts';
import type { Node } from './node.ts';
import { outcomeText, runStateText } from './run-texts.ts';

/** Runs of the past that are listed. */
const shownRuns = 100;
/** Of those that failed lately, which stand before the others: many of them do not hide what went well. */
const shownFirst = 50;

/** The view "Runs": what runs now, is being prepared, and waits for its next attempt, then what failed lately, then the rest. */
export function runNodes(sessions: readonly PlatformSession[]): Node[] {
  const active = sessions.flatMap((session) => (session.status?.runs ?? []).map((run) => activeNode(session, run)));
  const tenants = sessions.flatMap((session) =>
    (session.status?.tenants ?? []).map((status) => ({ session, ...status })),
  );
  const preparing = tenants.flatMap(({ session, tenant, preparing: runs = [] }) =>
    runs.map((run) => preparingNode(session, tenant, run)),
  );
  const waiting = tenants.flatMap(({ session, tenant, retries = [] }) =>
    retries.map((run) => waitingNode(session, tenant, run)),
  );
  const over = sessions.flatMap((session) => session.recentRuns.map((run) => ({ session, run })));
  over.sort((a, b) => b.run.endedAt - a.run.endedAt);
  const now = Date.now();
  const failed = over.filter(({ run }) => hasFailed(run) && isRecent(run, now)).slice(0, shownFirst);
  const first = new Set(failed);
  const shown = [...failed, ...over.filter((one) => !first.has(one))].slice(0, shownRuns);
  const past = shown.map(({ session, run }) => overNode(session, run));
  const nodes = [...active, ...preparing, ...waiting, ...past];
  return sessions.length > 1 ? nodes.map(withPlatform) : nodes;
}

/** Where there are several platforms, each run says which one it is of. */
function withPlatform(node: Node): Node {
  return { ...node, description: `${node.target?.session.name ?? ''} · ${node.description ?? ''}` };
}

function activeNode(session: PlatformSession, run: ActiveRun): Node {
  const { runId, tenant, app, report, files } = run;
  const file = report?.file;
  const percent = file ? Math.floor(100 * shareDone(file)) : 0;
  const progress = file
    ? vscode.l10n.t('{0} % of {1}', percent, files[file.index] ?? '')
    : runStateText(report?.state ?? 'starting');
  const rate = report ? ` · ${rowRate(report.rowsPerSecond)}` : '';
  return {
    id: `${session.folder.root}#${runId}`,
    label: runId,
    description: `${progress}${rate}`,
    icon: 'sync~spin',
    color: 'charts.blue',
    context: 'run.active',
    tooltip: () =>
      [
        heading(run),
        counted(files.length, 'file'),
        report
          ? vscode.l10n.t('{0} read · {1} stored', count(report.counters.read), count(report.counters.stored))
          : '',
        report ? vscode.l10n.t('{0} resident · {1} CPU s', bytes(report.rssBytes), report.cpuSeconds.toFixed(1)) : '',
      ]
        .filter((line) => line !== '')
        .join('\n\n'),
    target: { session, tenant, app, runId },
  };
}

function preparingNode(session: PlatformSession, tenant: string, run: PreparingRun): Node {
  const { runId, app, files, hashedBytes, ready } = run;
  return {
    id: `${session.folder.root}#${runId}`,
    label: runId,
    description: ready
      ? vscode.l10n.t('waits for a place')
      : vscode.l10n.t('preparing, {0} of {1}', bytes(hashedBytes), bytes(run.bytes)),
    icon: 'watch',
    context: 'run.waiting',
    tooltip: () => [heading({ runId, app, tenant }), files.map(plain).join(', ')].join('\n\n'),
    target: { session, tenant, app, runId },
  };
}

function waitingNode(session: PlatformSession, tenant: string, run: WaitingRun): Node {
  const { runId, app, files, cause } = run;
  const next = nextAttempt(run);
  return {
    id: `${session.folder.root}#${runId}`,
    label: runId,
    description: cause ? `${cause.code} · ${next}` : next,
    icon: 'history',
    color: 'list.warningForeground',
    context: 'run.waiting',
    tooltip: () =>
      [
        heading({ runId, app, tenant }),
        cause ? `$(warning) ${plain(cause.message)}` : '',
        plain(hintOf(cause) ?? ''),
        next,
        files.map(plain).join(', '),
      ]
        .filter((line) => line !== '')
        .join('\n\n'),
    target: { session, tenant, app, runId },
  };
}

/** The time itself, not how long it still takes: the view is drawn anew when something changes only. */
function nextAttempt({ at }: WaitingRun): string {
  if (at === null) return vscode.l10n.t('waits for the end of its earlier process');
  if (at <= Date.now()) return vscode.l10n.t('next attempt at its turn');
  return vscode.l10n.t('next attempt at {0}', new Date(at).toLocaleTimeString(vscode.env.language));
}

function heading({ runId, app, tenant }: { runId: string; app: string; tenant: string }): string {
  return vscode.l10n.t('{0} — app {1} of {2}', `**${plain(runId)}**`, plain(app), plain(tenant));
}

const rejectedAll = { icon: 'warning', color: 'list.warningForeground' };
const outcomes: Record<RunRecord['outcome'], { icon: string; color: string }> = {
  done: { icon: 'pass', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  cancelled: { icon: 'circle-slash', color: 'list.warningForeground' },
};

function overNode(session: PlatformSession, run: RunRecord): Node {
  const { runId, tenant, app, counters, endedAt, seconds, files, failedFiles } = run;
  const cause = failureOf(run);
  const outcome = hasFailed(run) ? 'failed' : run.outcome;
  const [read, stored] = [count(counters.read), count(counters.stored)];
  const [filtered, quarantined] = [count(counters.filtered), count(counters.quarantined)];
  const rejected = counters.quarantined > 0 ? ` · ${vscode.l10n.t('{0} quarantined', quarantined)}` : '';
  const failedText = vscode.l10n.t('{0} failed', counted(failedFiles, 'file'));
  const failed = failedFiles > 0 ? `${failedText}${cause ? ` (${cause.code})` : ''} · ` : '';
  return {
    id: `${session.folder.root}#${runId}`,
    label: runId,
    description:
      run.outcome === 'done'
        ? `${failed}${vscode.l10n.t('{0} stored', stored)}${rejected} · ${ago(endedAt, Date.now())}`
        : `${cause?.code ?? outcomeText(outcome)} · ${ago(endedAt, Date.now())}`,
    ...(outcome === 'done' && hasRejectedAll(counters) ? rejectedAll : outcomes[outcome]),
    context: `run.${outcome}`,
    tooltip: () =>
      [
        heading(run),
        cause ? `$(error) ${plain(cause.message)}` : '',
        failedFiles > 0 ? failedText : '',
        plain(hintOf(cause) ?? ''),
        vscode.l10n.t('{0} in {1}, {2}', counted(files, 'file'), duration(seconds), rowRate(run.rowsPerSecond)),
        vscode.l10n.t('{0} read = {1} stored + {2} filtered + {3} quarantined', read, stored, filtered, quarantined),
      ]
        .filter((line) => line !== '')
        .join('\n\n'),
    command: {
      command: 'mysimbdp.openRunRecord',
      title: vscode.l10n.t('Open Record'),
      arguments: [{ session, tenant, runId }],
    },
    target: { session, tenant, app, runId },
  };
}
