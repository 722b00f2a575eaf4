import * as l10n from '@vscode/l10n';
import { count, size } from '../../src/cli/terminal/figures.ts';
import type { ServicesView, ServiceView } from '../../src/extension/panel/panel-protocol.ts';
import { DataTable, type TableColumn } from '../data-table.ts';
import { element } from '../elements.ts';
import { emptyState } from '../empty.ts';
import type { Host } from '../host.ts';
import { whole, type Section, type SectionView } from '../section.ts';

/** Cassandra and Kafka, where the runtime has them, and what they take of the machine. */
export const services: Section = {
  id: 'services',
  title: () => l10n.t('Services'),
  mount: (host) => new ServicesTable(host),
};

class ServicesTable implements SectionView {
  readonly element: HTMLElement;
  readonly parts: SectionView['parts'];
  readonly #table = new DataTable(l10n.t('Services'), columns(), ({ state }) => state);
  readonly #none: HTMLElement;

  constructor(host: Host) {
    this.#none = emptyState(
      host,
      l10n.t('No services run beside the managers: the runtime is the embedded one, or the platform is stopped.'),
    );
    this.element = element('div', {}, this.#none, this.#table.element);
    this.parts = { services: whole((view) => this.#show(view)) };
  }

  #show({ services: all }: ServicesView): void {
    this.#none.hidden = all.length > 0;
    this.#table.element.hidden = all.length === 0;
    this.#table.show(all.map((one) => [one.service, one]));
  }
}

function columns(): TableColumn<ServiceView>[] {
  const figure = (id: string, title: string, text: (usage: NonNullable<ServiceView['usage']>) => string) => ({
    id,
    title,
    numeric: true,
    text: ({ usage }: ServiceView) => (usage ? text(usage) : '–'),
  });
  return [
    { id: 'service', title: l10n.t('Service'), text: ({ service }) => service },
    { id: 'state', title: l10n.t('State'), text: ({ state }) => stateText(state) },
    { id: 'endpoint', title: l10n.t('Endpoint'), text: ({ endpoint }) => endpoint ?? '–' },
    { id: 'version', title: l10n.t('Version'), text: ({ version }) => version ?? '–' },
    { id: 'restarts', title: l10n.t('Restarts'), numeric: true, text: ({ restarts }) => count(restarts) },
    figure('cores', l10n.t('Cores'), ({ cpus }) => cpus.toFixed(2)),
    figure('memory', l10n.t('Memory'), ({ memoryBytes }) => size(memoryBytes)),
    figure('limit', l10n.t('Limit'), ({ memoryLimitBytes }) => size(memoryLimitBytes)),
    figure('disk', l10n.t('Disk'), ({ diskBytes }) => (diskBytes === null ? '–' : size(diskBytes))),
    { id: 'problem', title: l10n.t('Problem'), text: ({ problem }) => problem ?? '' },
  ];
}

function stateText(state: ServiceView['state']): string {
  const texts: Record<ServiceView['state'], string> = {
    starting: l10n.t('Starting'),
    running: l10n.t('Running'),
    restarting: l10n.t('Starting again'),
    stopped: l10n.t('Paused'),
    failed: l10n.t('Failed'),
    unreachable: l10n.t('Out of reach'),
  };
  return texts[state];
}
