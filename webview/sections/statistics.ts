import * as l10n from '@vscode/l10n';
import { count, duration, percent, rate, size } from '../../src/cli/terminal/figures.ts';
import type { StatisticsRow, StatisticsView } from '../../src/extension/panel/panel-protocol.ts';
import { DataTable, type TableColumn } from '../data-table.ts';
import { element, setText } from '../elements.ts';
import { emptyState } from '../empty.ts';
import type { Host } from '../host.ts';
import { whole, type Section, type SectionView } from '../section.ts';

/** Sums and spreads over everything that was ingested, of the platform and of each tenant. */
export const statistics: Section = {
  id: 'statistics',
  title: () => l10n.t('Statistics'),
  mount: (host) => new StatisticsTable(host),
};

class StatisticsTable implements SectionView {
  readonly element: HTMLElement;
  readonly parts: SectionView['parts'];
  readonly #table = new DataTable(l10n.t('Statistics'), columns(), ({ tenant }) => (tenant === '' ? 'total' : ''));
  readonly #more = element('p', { class: 'more' });
  readonly #empty: HTMLElement;

  constructor(host: Host) {
    this.#empty = emptyState(host, l10n.t('Nothing has been ingested yet: there is nothing to sum up.'));
    this.element = element('div', {}, this.#empty, this.#table.element, this.#more);
    this.parts = { statistics: whole((view) => this.#show(view)) };
  }

  #show({ total, tenants, moreTenants }: StatisticsView): void {
    const some = total !== null && total.files > 0;
    this.#empty.hidden = some;
    this.#table.element.hidden = !some;
    if (some) this.#table.show([total, ...tenants].map((row) => [row.tenant, row]));
    this.#more.hidden = moreTenants === 0;
    setText(
      this.#more,
      moreTenants === 1
        ? l10n.t('1 more tenant with less data is not shown.')
        : l10n.t('{0} more tenants with less data are not shown.', count(moreTenants)),
    );
  }
}

function columns(): TableColumn<StatisticsRow>[] {
  const records = l10n.t('records');
  const figure = (id: string, title: string, text: (row: StatisticsRow) => string, unit?: string) => ({
    id,
    title,
    text,
    numeric: true,
    ...(unit === undefined ? {} : { unit }),
  });
  return [
    { id: 'tenant', title: l10n.t('Tenant'), text: ({ tenant }) => tenant || l10n.t('Platform') },
    figure('runs', l10n.t('Runs'), ({ runs }) => count(runs)),
    figure('files', l10n.t('Files'), ({ files }) => count(files)),
    figure('success', l10n.t('Success'), ({ successRate }) => (successRate === null ? '–' : percent(successRate))),
    figure('data', l10n.t('Data'), ({ bytes }) => size(bytes)),
    figure('read', l10n.t('Read'), ({ read }) => count(read), records),
    figure('stored', l10n.t('Stored'), ({ stored }) => count(stored)),
    figure('filtered', l10n.t('Filtered'), ({ filtered }) => count(filtered)),
    figure('quarantined', l10n.t('Quarantined'), ({ quarantined }) => count(quarantined)),
    figure('median', l10n.t('Median'), ({ rowsPerSecondP50 }) => rate(rowsPerSecondP50), 'rows/s'),
    figure('p95', l10n.t('p95'), ({ secondsP95 }) => duration(secondsP95), l10n.t('a file')),
    figure('cpu', 'CPU', ({ cpuSeconds }) => duration(cpuSeconds)),
  ];
}
