import * as l10n from '@vscode/l10n';
import { clock, count, duration, moment, percent, rate } from '../../src/cli/terminal/figures.ts';
import { hasRejectedAll } from '../../src/extension/run-standing.ts';
import type { RunView } from '../../src/extension/panel/panel-protocol.ts';
import { DataTable, type TableColumn } from '../data-table.ts';
import { element, setText } from '../elements.ts';
import { emptyState } from '../empty.ts';
import type { Host } from '../host.ts';
import { megabytes } from '../rates.ts';
import type { Section, SectionView } from '../section.ts';

/** Active runs with their progress, then those that have ended, the newest first. */
export const runs: Section = {
  id: 'runs',
  title: () => l10n.t('Runs'),
  mount: (host) => new Runs(host),
};

class Runs implements SectionView {
  readonly element: HTMLElement;
  readonly parts: SectionView['parts'];
  readonly #table: DataTable<RunView>;
  readonly #empty: HTMLElement;
  #runs = new Map<string, RunView>();

  constructor(host: Host) {
    this.#table = new DataTable(l10n.t('Runs'), columns(host), ({ state }) => `run-${state}`);
    this.#empty = emptyState(
      host,
      l10n.t('No run yet. Files in the staging folder of a tenant are run on its schedule, or when you say so.'),
      { action: 'runBatch', label: l10n.t('Run Batch Now') },
    );
    this.element = element('div', {}, this.#empty, this.#table.element);
    this.parts = {
      runs: {
        snapshot: (part) => {
          this.#runs = new Map(part.runs.map((run) => [run.runId, run]));
          this.#show();
        },
        delta: ({ changed, gone }) => {
          for (const runId of gone) this.#runs.delete(runId);
          for (const run of changed) this.#runs.set(run.runId, run);
          this.#show();
        },
      },
    };
    // Time goes on where nothing else does.
    setInterval(() => {
      if ([...this.#runs.values()].some(({ active }) => active)) this.#show();
    }, 1000);
  }

  #show(): void {
    const ordered = [...this.#runs.values()].sort(
      (a, b) => Number(b.active) - Number(a.active) || b.startedAt - a.startedAt || b.batchNumber - a.batchNumber,
    );
    this.#table.show(ordered.map((run) => [run.runId, run]));
    this.#empty.hidden = ordered.length > 0;
    this.#table.element.hidden = ordered.length === 0;
  }
}

function columns(host: Host): TableColumn<RunView>[] {
  return [
    { id: 'run', title: l10n.t('Run'), cell: (run) => runCell(host, run) },
    { id: 'state', title: l10n.t('State'), cell: stateCell },
    { id: 'progress', title: l10n.t('Progress'), cell: progressCell },
    { id: 'read', title: l10n.t('Read'), unit: l10n.t('records'), numeric: true, text: ({ read }) => count(read) },
    {
      id: 'quarantined',
      title: l10n.t('Quarantined'),
      numeric: true,
      text: ({ quarantined }) => (quarantined === 0 ? '–' : count(quarantined)),
    },
    { id: 'rows', title: 'rows/s', numeric: true, text: ({ rowsPerSecond }) => rate(rowsPerSecond) },
    { id: 'bytes', title: 'MB/s', numeric: true, text: ({ bytesPerSecond }) => megabytes(bytesPerSecond) },
    { id: 'time', title: l10n.t('Time'), numeric: true, text: timeText },
    { id: 'actions', title: l10n.t('Action'), cell: (run) => cancelCell(host, run) },
  ];
}

function timeText({ seconds, startedAt }: RunView): string {
  return seconds === null ? clock((Date.now() - startedAt) / 1000) : duration(seconds);
}

/** Tenant, app and number; opens the run's record. */
function runCell(host: Host, { tenant, app, runId, batchNumber, startedAt }: RunView) {
  const open = element(
    'button',
    { class: 'link', type: 'button', title: l10n.t('Open the record of the run of {0}', moment(startedAt)) },
    `${tenant} #${batchNumber}`,
  );
  open.addEventListener('click', () => host.post({ type: 'openRun', tenant, runId }));
  const content = element('span', {}, open, ' ', element('span', { class: 'detail' }, app));
  return { content, update: () => undefined };
}

function stateCell() {
  const mark = element('span', { class: 'mark', 'aria-hidden': 'true' });
  const text = element('span');
  return {
    content: element('span', { class: 'run-state' }, mark, text),
    update: (run: RunView) => {
      const { state, cause } = run;
      mark.dataset.state = state === 'done' && hasRejectedAll(run) ? 'rejected' : state;
      setText(text, stateText(state));
      text.title = cause ?? '';
    },
  };
}

function progressCell() {
  const bar = element('progress', { max: 1 });
  const text = element('span', { class: 'detail' });
  const content = element('span', { class: 'run-progress' }, bar, text);
  return {
    content,
    update: (run: RunView) => {
      const { active, progress, tenant, batchNumber } = run;
      bar.hidden = !active;
      bar.value = progress ?? 0;
      bar.setAttribute('aria-label', l10n.t('Progress of run {0} of {1}', batchNumber, tenant));
      setText(text, progressText(run));
      text.title = text.textContent;
    },
  };
}

/** `63 %  2/5 reviews.tsv`, and of a run that has ended what became of it. */
function progressText(run: RunView): string {
  const { active, progress, file, files, failedFiles, cause } = run;
  const ofFiles = files === 1 ? l10n.t('1 file') : l10n.t('{0} files', count(files));
  const failed =
    files === 1 ? l10n.t('1 file failed') : l10n.t('{0} of {1} files failed', count(failedFiles), count(files));
  if (!active && cause !== null) return failedFiles > 0 && files > 1 ? `${failed} · ${cause}` : cause;
  if (!active && failedFiles > 0) return failed;
  if (!active && hasRejectedAll(run)) return l10n.t('every record was rejected');
  if (!active) return ofFiles;
  if (progress === null || !file) return ofFiles;
  return `${percent(Math.floor(progress * 100) / 100)} · ${file.number}/${files} ${file.name}`;
}

/** Cancelling is offered while there is something to cancel. */
function cancelCell(host: Host, { runId, tenant, batchNumber }: RunView) {
  const cancel = element(
    'button',
    { class: 'link', type: 'button', 'aria-label': l10n.t('Cancel run {0} of {1}', batchNumber, tenant) },
    l10n.t('Cancel'),
  );
  cancel.addEventListener('click', () => host.post({ type: 'cancelRun', tenant, runId }));
  return {
    content: cancel,
    update: ({ active }: RunView) => {
      cancel.hidden = !active;
    },
  };
}

function stateText(state: RunView['state']): string {
  const texts: Record<RunView['state'], string> = {
    starting: l10n.t('starting'),
    running: l10n.t('running'),
    draining: l10n.t('draining'),
    ended: l10n.t('ending'),
    done: l10n.t('done'),
    failed: l10n.t('failed'),
    cancelled: l10n.t('cancelled'),
  };
  return texts[state];
}
