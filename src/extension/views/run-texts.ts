import * as vscode from 'vscode';
import type { RunRecord } from '../../protocol/ingestion-log.ts';
import type { ActiveRun } from '../../protocol/management.ts';

type RunState = NonNullable<ActiveRun['report']>['state'];

/** What a run under way does. */
export function runStateText(state: RunState): string {
  switch (state) {
    case 'starting':
      return vscode.l10n.t('starting');
    case 'running':
      return vscode.l10n.t('running');
    case 'draining':
      return vscode.l10n.t('draining');
    case 'ended':
      return vscode.l10n.t('ending');
  }
}

/** How a run ended. */
export function outcomeText(outcome: RunRecord['outcome']): string {
  switch (outcome) {
    case 'done':
      return vscode.l10n.t('done');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'cancelled':
      return vscode.l10n.t('cancelled');
  }
}
