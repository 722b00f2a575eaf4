import { join } from 'node:path';
import * as vscode from 'vscode';
import { PlatformError } from '../../foundation/errors.ts';
import type { IngestionRecord, RunRecord } from '../../protocol/ingestion-log.ts';
import type { ActiveRun } from '../../protocol/management.ts';
import { Cancelled } from '../cancelled.ts';
import { stageFiles } from '../ingest/stage-files.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { requireTrust } from '../platforms/trust.ts';
import { wholeFilesOf } from '../quarantine/whole-files.ts';
import { hasFailed } from '../run-standing.ts';
import type { Services } from '../services.ts';
import { counted } from '../views/figures.ts';
import { outcomeText, runStateText } from '../views/run-texts.ts';
import { choosePlatform, choosePresentTenant, chooseRunning, targetOf } from './choose.ts';
import type { CommandHandler } from './command.ts';
import { runAllNow, runBatchNow } from './run-batch.ts';
import { filesOf, mostLogRecords, wholeRun } from './run-record.ts';

async function cancelRun(services: Services, from: unknown): Promise<void> {
  const hasRuns = (one: PlatformSession) => cancellable(one).length > 0;
  const isAnywhere = services.platforms.sessions.some(hasRuns);
  const { session, client } = await chooseRunning(services, from, isAnywhere ? hasRuns : undefined);
  const runId = targetOf(from).runId ?? (await pickRun(session));
  const cancel: vscode.MessageItem = { title: vscode.l10n.t('Cancel Run') };
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Cancel the run {0}?', runId),
    {
      modal: true,
      detail: vscode.l10n.t('What it has stored stays; its files go to quarantine, from where they can be run again.'),
    },
    cancel,
    // In place of the editor's own "Cancel", which could be either.
    { title: vscode.l10n.t('Keep Running'), isCloseAffordance: true },
  );
  if (chosen?.title !== cancel.title) throw new Cancelled();
  await client.cancelRun(runId);
}

/** Runs under way, those that are being prepared, and those that wait for their next attempt. */
function cancellable({ status }: PlatformSession): Pick<ActiveRun, 'runId' | 'files'>[] {
  const waiting = (status?.tenants ?? []).flatMap(({ preparing = [], retries = [] }) => [...preparing, ...retries]);
  return [...(status?.runs ?? []), ...waiting];
}

async function pickRun(session: PlatformSession): Promise<string> {
  const runs = cancellable(session);
  if (runs.length === 0) {
    throw new PlatformError({ code: 'NO_RUN', message: vscode.l10n.t('Nothing runs on {0} now.', session.name) });
  }
  const picked = await vscode.window.showQuickPick(
    runs.map(({ runId, files }) => ({ label: runId, description: files.join(', ') })),
    { title: vscode.l10n.t('Which run?') },
  );
  if (!picked) throw new Cancelled();
  return picked.label;
}

/** Puts the files of a run that have not been ingested into staging again, and runs the app that they were for. */
async function retryRun(services: Services, from: unknown): Promise<void> {
  requireTrust('runs');
  const { session, client } = await chooseRunning(services, from);
  const over = session.recentRuns.filter((run) => hasFailed(run) || run.outcome === 'cancelled');
  const { runId, tenant } = await chooseRun(session, targetOf(from), over);
  const files = (await filesOf(client, { tenant, runId })).filter(
    ({ outcome }) => outcome === 'failed' || outcome === 'cancelled',
  );
  const { restage } = await import('../../batch/restage.ts');
  const staged: string[] = [];
  for (const { file, location } of files) {
    const name = location === null ? null : await restage(session.folder, tenant, location, file);
    if (name !== null) staged.push(name);
  }
  if (staged.length === 0) {
    throw new PlatformError({
      code: 'NOTHING_TO_RETRY',
      message: vscode.l10n.t('No file of {0} is in quarantine any more.', runId),
      hint: vscode.l10n.t('Put the file into staging yourself.'),
    });
  }
  await runBatchNow(services, { session, tenant, app: files[0]?.app ?? undefined });
}

/** The run that a command is about: the argument's, or one that is asked for. */
async function chooseRun(
  session: PlatformSession,
  from: { runId?: string; tenant?: string },
  offered: readonly (RunRecord | ActiveRun)[],
): Promise<{ runId: string; tenant: string }> {
  const { runId, tenant } = from;
  if (runId !== undefined && tenant !== undefined) return { runId, tenant };
  if (offered.length === 0) {
    throw new PlatformError({
      code: 'NO_RUN',
      message: vscode.l10n.t('There is no such run yet on {0}.', session.name),
    });
  }
  const picked = await vscode.window.showQuickPick(
    offered.map((run) => ({ label: run.runId, description: standingOf(run), run })),
    { title: vscode.l10n.t('Which run?') },
  );
  if (!picked) throw new Cancelled();
  return picked.run;
}

function standingOf(run: RunRecord | ActiveRun): string {
  if (!('outcome' in run)) return runStateText(run.report?.state ?? 'starting');
  if (run.failedFiles > 0) return vscode.l10n.t('{0} failed', counted(run.failedFiles, 'file'));
  return run.cause?.code ?? outcomeText(run.outcome);
}

async function openRunRecord(services: Services, from: unknown): Promise<void> {
  const { session, client } = await chooseRunning(services, from);
  const known = [...(session.status?.runs ?? []), ...session.recentRuns];
  const { runId, tenant } = await chooseRun(session, targetOf(from), known);
  const text = JSON.stringify(await wholeRun(client, { tenant, runId }), null, 2);
  await services.documents.show(session.folder, `run/${runId}.json`, `${text}\n`);
}

async function openStaging(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await choosePresentTenant(services, from);
  const folder = vscode.Uri.file(session.folder.staging(tenant));
  await vscode.workspace.fs.createDirectory(folder);
  await vscode.commands.executeCommand('revealInExplorer', folder);
}

async function addFiles(services: Services, from: unknown): Promise<void> {
  const { session, tenant } = await choosePresentTenant(services, from);
  const picked = await vscode.window.showOpenDialog({
    canSelectMany: true,
    title: vscode.l10n.t('Add files to the staging directory of {0}', tenant),
    openLabel: vscode.l10n.t('Add'),
  });
  if (!picked) throw new Cancelled();
  const staged = await stageFiles(
    session.folder.staging(tenant),
    picked.map(({ fsPath }) => fsPath),
  );
  services.log.info(`${session.name}: ${counted(staged.length, 'file')} put into staging of ${tenant}`);
}

/** Rejected records of a file, or a file as a whole; relative to the platform folder. */
interface Quarantined {
  quarantine?: string;
  file?: string;
}

async function openQuarantine(services: Services, from: unknown): Promise<void> {
  const named = (from ?? {}) as Partial<Quarantined>;
  const session = await choosePlatform(services, from);
  const isNamed = named.quarantine !== undefined || named.file !== undefined;
  const { quarantine, file } = isNamed ? named : await pickQuarantine(services, session, targetOf(from).tenant);
  if (quarantine === undefined) {
    const { showWholeFile } = await import('../quarantine/show-whole-file.ts');
    await showWholeFile(join(session.folder.root, file ?? ''));
    return;
  }
  const { showRejects } = await import('../quarantine/show-rejects.ts');
  await showRejects(services, session, join(session.folder.root, quarantine));
}

async function pickQuarantine(services: Services, at: PlatformSession, tenant?: string): Promise<Quarantined> {
  const { session, client } = await chooseRunning(services, { session: at });
  const log = await client.ingestionLog({ ...(tenant === undefined ? {} : { tenant }), limit: mostLogRecords });
  const whole = new Set<IngestionRecord>(await wholeFilesOf(session.folder, log));
  const offered = log.flatMap((record): (vscode.QuickPickItem & Quarantined)[] => {
    const { quarantine, location, file: label, counters, cause, outcome, tenant: of } = record;
    return [
      ...(whole.has(record) && location !== null
        ? [{ file: location, label, description: `${of}, ${cause?.code ?? outcome}` }]
        : []),
      ...(quarantine === null
        ? []
        : [{ quarantine, label, description: `${of}, ${counted(counters.quarantined, 'record')}` }]),
    ];
  });
  if (offered.length === 0) {
    throw new PlatformError({
      code: 'NOTHING_QUARANTINED',
      message: vscode.l10n.t('Nothing of {0} is in quarantine.', tenant ?? session.name),
    });
  }
  const picked = await vscode.window.showQuickPick(offered, {
    title: vscode.l10n.t('Which file, or the rejected records of which file?'),
  });
  if (!picked) throw new Cancelled();
  return picked;
}

export const batchCommands: Record<string, CommandHandler> = {
  'mysimbdp.runBatchNow': runBatchNow,
  'mysimbdp.runAllNow': runAllNow,
  'mysimbdp.cancelRun': cancelRun,
  'mysimbdp.retryRun': retryRun,
  'mysimbdp.openRunRecord': openRunRecord,
  'mysimbdp.openStaging': openStaging,
  'mysimbdp.addFiles': addFiles,
  'mysimbdp.openQuarantine': openQuarantine,
};
