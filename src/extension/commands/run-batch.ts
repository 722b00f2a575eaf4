import * as vscode from 'vscode';
import { followDemand } from '../../api/follow-demand.ts';
import type { IngestionRecord } from '../../protocol/ingestion-log.ts';
import type { DemandStatus } from '../../protocol/management.ts';
import { cancelledBy } from '../cancelled.ts';
import { saveProfileAndApps } from '../documents/save-first.ts';
import { requireTrust } from '../platforms/trust.ts';
import type { Services } from '../services.ts';
import { count, counted } from '../views/figures.ts';
import { chooseRunning, targetOf, type Target } from './choose.ts';
import { notify, type Offer } from './notices.ts';

/** How often progress is asked for. Milliseconds. */
const pollMs = 1000;

type Scope = Pick<Target, 'session' | 'tenant' | 'app'>;

/** Runs what waits, of a tenant, an app, or everybody, and tells what came of it. */
export async function runBatchNow(services: Services, from: unknown): Promise<void> {
  requireTrust('runs');
  const { session, client } = await chooseRunning(services, from);
  const { tenant, app } = targetOf(from);
  await saveProfileAndApps(session.folder, tenant);
  const scope = { ...(tenant === undefined ? {} : { tenant }), ...(app === undefined ? {} : { app }) };
  const who = nameOf({ session, ...scope });
  const { records, stillWritten } = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Running what waits for {0}', who),
      cancellable: true,
    },
    async (progress, token) => {
      // The runs go on; only the watching ends.
      const signal = cancelledBy(token);
      const records: IngestionRecord[] = [];
      let stillWritten: DemandStatus['stillWritten'];
      for await (const status of followDemand(client, scope, pollMs, signal)) {
        records.push(...status.records);
        stillWritten = status.stillWritten;
        progress.report({ message: progressOf(status) });
      }
      return { records, stillWritten };
    },
  );
  await tellResult({ session, ...scope }, records, stillWritten);
}

/** From the title of a view, where the editor hands over what is selected in it: that was looked at only. */
export async function runAllNow(services: Services): Promise<void> {
  await runBatchNow(services, undefined);
}

function nameOf({ session, tenant, app }: Scope): string {
  if (app !== undefined && tenant !== undefined) return vscode.l10n.t('{0} of {1}', app, tenant);
  return app ?? tenant ?? session.name;
}

/** Names that are told before the rest is left out. */
const shownNames = 3;

function writtenNames(files: NonNullable<DemandStatus['stillWritten']>): string {
  const names = files.slice(0, shownNames).map(({ tenant, file }) => `${tenant}/${file}`);
  return names.join(', ') + (files.length > shownNames ? ', …' : '');
}

function progressOf({ recorded, runs, waitingFiles, stillWritten }: DemandStatus): string {
  const rate = runs.reduce((sum, run) => sum + (run.report?.rowsPerSecond ?? 0), 0);
  const onlyWritten = stillWritten && runs.length === 0;
  if (onlyWritten) return vscode.l10n.t('still being written: {0}', writtenNames(stillWritten));
  return vscode.l10n.t(
    '{0} done, {1} running, {2} waiting · {3} rows/s',
    count(recorded),
    count(runs.length),
    count(waitingFiles),
    count(rate),
  );
}

const wrong = new Set<IngestionRecord['outcome']>(['failed', 'refused', 'cancelled']);

/** One message with all that came of it, what went wrong first: a message is cut off at its end. */
async function tellResult(
  scope: Scope,
  records: readonly IngestionRecord[],
  stillWritten: DemandStatus['stillWritten'],
): Promise<void> {
  const bad = records.find(({ outcome }) => wrong.has(outcome)) ?? records.find(({ outcome }) => outcome === 'partial');
  const isWrong = bad !== undefined && wrong.has(bad.outcome);
  const written =
    stillWritten && vscode.l10n.t('Not ingested yet, because still being written: {0}', writtenNames(stillWritten));
  const nothing = vscode.l10n.t('Nothing waits for {0}.', nameOf(scope));
  const text = [
    ...(isWrong ? [reasonOf(bad)] : []),
    ...(records.length > 0 ? [summaryOf(scope, records)] : written ? [] : [nothing]),
    ...(bad && !isWrong && bad.cause ? [reasonOf(bad)] : []),
    ...(written ? [written] : []),
  ].join(' — ');
  await notify(isWrong ? 'error' : written ? 'warning' : 'information', text, ...offersAbout(scope, bad ?? records[0]));
}

function summaryOf(scope: Scope, records: readonly IngestionRecord[]): string {
  const sum = (key: 'stored' | 'quarantined') => records.reduce((total, { counters }) => total + counters[key], 0);
  return vscode.l10n.t(
    '{0}: {1}, {2} stored, {3} quarantined',
    nameOf(scope),
    counted(records.length, 'file'),
    count(sum('stored')),
    count(sum('quarantined')),
  );
}

function reasonOf({ file, outcome, cause }: IngestionRecord): string {
  const reason = cause?.message ?? '';
  switch (outcome) {
    case 'refused':
      return vscode.l10n.t('{0} was refused: {1}', file, reason);
    case 'failed':
      return vscode.l10n.t('{0} failed: {1}', file, reason);
    case 'cancelled':
      return vscode.l10n.t('{0} was cancelled', file);
    default:
      return `${file}: ${reason}`;
  }
}

function offersAbout({ session, tenant }: Scope, file: IngestionRecord | undefined): Offer[] {
  if (file === undefined) {
    const about = { session, ...(tenant === undefined ? {} : { tenant }) };
    return [{ title: vscode.l10n.t('Add Files…'), command: 'mysimbdp.addFiles', about }];
  }
  const about = { session, tenant: file.tenant };
  const { runId } = file;
  if (runId !== null) {
    return [{ title: vscode.l10n.t('Open Record'), command: 'mysimbdp.openRunRecord', about: { ...about, runId } }];
  }
  return [
    { title: vscode.l10n.t('Show Staging'), command: 'mysimbdp.openStaging', about },
    { title: vscode.l10n.t('Edit Profile'), command: 'mysimbdp.editProfile', about },
  ];
}
