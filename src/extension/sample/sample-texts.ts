import * as vscode from 'vscode';
import { counted } from '../views/figures.ts';
import type { SampleTexts } from './sample-page.ts';

/** What the page of a sample says, in the user's language. */
export function sampleTexts(): SampleTexts {
  return {
    running: vscode.l10n.t('Running…'),
    summary: ({ read, stored, rows, filtered, rejected }, file) =>
      vscode.l10n.t(
        '{0}: {1} read, {2} would be stored as {3}, {4} filtered, {5} rejected. Nothing was stored.',
        file,
        counted(read, 'record'),
        stored,
        counted(rows, 'row'),
        filtered,
        rejected,
      ),
    more: vscode.l10n.t('The file has more records.'),
    noRecords: vscode.l10n.t('There is no record in it.'),
    line: vscode.l10n.t('Line'),
    in: vscode.l10n.t('In'),
    out: vscode.l10n.t('Out'),
    filtered: vscode.l10n.t('filtered'),
    rejected: vscode.l10n.t('rejected'),
    unanswered: vscode.l10n.t('no answer'),
    undecoded: vscode.l10n.t('could not be read'),
    was: (before) => vscode.l10n.t('was {0}', before),
    log: vscode.l10n.t('What the app said before its first record and after its last one'),
    milliseconds: (figure) => vscode.l10n.t('{0} ms', figure),
  };
}
