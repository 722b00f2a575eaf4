import * as vscode from 'vscode';
import type { RunRecord } from '../../protocol/ingestion-log.ts';
import type { ActiveRun } from '../../protocol/management.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { ago, bytes, count, counted, duration, plain } from './figures.ts';
import type { Node } from './node.ts';

/** Runs of the past that are listed. */
const shownRuns = 100;

/** The view "Runs": what runs now with its progress, then what failed lately, then the rest. */
export function runNodes(sessions: readonly PlatformSession[]): Node[] {
  return sessions.flatMap((session) => {
    const active = (session.status?.runs ?? []).map((run) => activeNode(session, run));
    const over = [...session.recentRuns];
    const rank = ({ outcome }: RunRecord) => (outcome === 'failed' ? 0 : 1);
    over.sort((a, b) => rank(a) - rank(b) || b.endedAt - a.endedAt);
    return [...active, ...over.slice(0, shownRuns).map((run) => overNode(session, run))];
  });
}

function activeNode(session: PlatformSession, run: ActiveRun): Node {
  const { runId, tenant, app, report, files } = run;
  const file = report?.file;
  const percent = file && file.size > 0 ? Math.min(100, Math.round((100 * file.bytesRead) / file.size)) : 0;
  const progress = file
    ? vscode.l10n.t('{0} % of {1}', percent, files[file.index] ?? '')
    : vscode.l10n.t('{0}', report?.state ?? 'starting');
  const rate = report ? ` · ${count(report.rowsPerSecond)} rows/s` : '';
  return {
    id: `${session.folder.root}#${runId}`,
    label: runId,
    description: `${progress}${rate}`,
    icon: 'sync~spin',
    color: 'charts.blue',
    context: 'run.active',
    tooltip: () =>
      [
        `**${plain(runId)}** — app ${plain(app)} of ${plain(tenant)}`,
        counted(files.length, 'file'),
        report ? `${count(report.counters.read)} read · ${count(report.counters.stored)} stored` : '',
        report ? `${bytes(report.rssBytes)} resident · ${report.cpuSeconds.toFixed(1)} CPU s` : '',
      ]
        .filter((line) => line !== '')
        .join('\n\n'),
    target: { session, tenant, app, runId },
  };
}

const outcomes: Record<RunRecord['outcome'], { icon: string; color: string }> = {
  done: { icon: 'pass', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  cancelled: { icon: 'circle-slash', color: 'list.warningForeground' },
};

function overNode(session: PlatformSession, run: RunRecord): Node {
  const { runId, tenant, app, outcome, counters, endedAt, seconds, files, cause } = run;
  const rejected = counters.quarantined > 0 ? ` · ${count(counters.quarantined)} quarantined` : '';
  return {
    id: `${session.folder.root}#${runId}`,
    label: runId,
    description:
      outcome === 'done'
        ? `${count(counters.stored)} stored${rejected} · ${ago(endedAt, Date.now())}`
        : `${cause?.code ?? outcome} · ${ago(endedAt, Date.now())}`,
    ...outcomes[outcome],
    context: `run.${outcome}`,
    tooltip: () =>
      [
        `**${plain(runId)}** — app ${plain(app)} of ${plain(tenant)}`,
        cause ? `$(error) ${plain(cause.message)}` : '',
        plain(cause?.hint ?? ''),
        `${counted(files, 'file')} in ${duration(seconds)}, ${count(run.rowsPerSecond)} rows/s`,
        `${count(counters.read)} read = ${count(counters.stored)} stored + ${count(counters.filtered)} filtered + ${count(counters.quarantined)} quarantined`,
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
