import * as vscode from 'vscode';
import type { ControlPlaneClient } from '../../api/client.ts';
import { PlatformError } from '../../foundation/errors.ts';
import type { IngestionRecord, RunRecord } from '../../protocol/ingestion-log.ts';
import type { ActiveRun } from '../../protocol/management.ts';

/** As many as the log gives at once. */
export const mostLogRecords = 1000;
/** Of one run: more would be no help to anybody. */
const mostFiles = 10_000;

interface NamedRun {
  tenant: string;
  runId: string;
}

/** A run with what has become of its files so far. While it is under way it is as its last report says. */
interface WholeRun {
  run: RunRecord | ActiveRun;
  files: IngestionRecord[];
}

/** All that is known of a run. @throws NO_RUN */
export async function wholeRun(client: ControlPlaneClient, named: NamedRun): Promise<WholeRun> {
  // In this order: a run that ends meanwhile has its record then.
  const { runs } = await client.status();
  const [[record], files] = await Promise.all([client.runLog({ ...named, limit: 1 }), filesOf(client, named)]);
  const run = record ?? runs.find(({ runId }) => runId === named.runId);
  if (run) return { run, files };
  throw new PlatformError({
    code: 'NO_RUN',
    message: vscode.l10n.t('Nothing is known of a run {0} of {1}.', named.runId, named.tenant),
  });
}

/** What became of the files of a run, the newest first. */
export async function filesOf(client: ControlPlaneClient, run: NamedRun): Promise<IngestionRecord[]> {
  const files: IngestionRecord[] = [];
  while (files.length < mostFiles) {
    const page = await client.ingestionLog({ ...run, limit: mostLogRecords, skip: files.length });
    files.push(...page);
    if (page.length < mostLogRecords) break;
  }
  return files;
}
