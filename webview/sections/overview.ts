import * as l10n from '@vscode/l10n';
import { count, duration, percent, rate, size } from '../../src/cli/terminal/figures.ts';
import type {
  PlatformsView,
  PlatformView,
  RateSample,
  StatisticsView,
} from '../../src/extension/panel/panel-protocol.ts';
import { dropdown, type Dropdown } from '../controls.ts';
import { element, setText } from '../elements.ts';
import { emptyState } from '../empty.ts';
import type { Host } from '../host.ts';
import { megabytes, short } from '../rates.ts';
import { whole, type Section, type SectionView } from '../section.ts';

/** What the platform is, how it is, and its figures at a glance. */
export const overview: Section = {
  id: 'overview',
  mount: (host) => new Overview(host),
};

class Overview implements SectionView {
  readonly element: HTMLElement;
  readonly parts: SectionView['parts'];
  readonly #host: Host;
  readonly #name = element('h1');
  readonly #choice: Dropdown;
  readonly #state = element('span', { class: 'state', role: 'status' });
  readonly #about = element('p', { class: 'about' });
  readonly #notice = element('div', { class: 'notice' });
  readonly #problems = element('ul', { class: 'problems', tabindex: '0', 'aria-label': l10n.t('Problems') });
  readonly #figures = {
    rows: new Figure(l10n.t('Throughput'), 'rows/s'),
    bytes: new Figure(l10n.t('Data rate'), 'MB/s'),
    runs: new Figure(l10n.t('Active runs')),
    waiting: new Figure(l10n.t('Waiting files')),
    stored: new Figure(l10n.t('Stored'), l10n.t('records')),
    quarantined: new Figure(l10n.t('Quarantined'), l10n.t('records')),
    success: new Figure(l10n.t('Success rate'), l10n.t('of files')),
  };
  #noticed = '';
  #problemsShown = '';
  #isUp = false;

  constructor(host: Host) {
    this.#host = host;
    this.#choice = dropdown({
      label: l10n.t('Platform that is shown'),
      value: '',
      choices: [],
      onChange: (folder) => host.post({ type: 'showPlatform', folder }),
    });
    this.#choice.element.hidden = true;
    const figures = Object.values(this.#figures).map((figure) => figure.element);
    this.element = element(
      'div',
      {},
      element('header', {}, this.#name, this.#choice.element, this.#state, this.#about),
      this.#notice,
      this.#problems,
      element('dl', { class: 'figures' }, ...figures),
    );
    this.parts = {
      platforms: whole((view) => this.#showPlatforms(view)),
      platform: whole((platform) => this.#showPlatform(platform)),
      throughput: {
        snapshot: ({ times, series }) =>
          this.#showRates({
            time: times.at(-1) ?? 0,
            rates: series.map(({ name, rows, bytes }) => ({ name, rows: rows.at(-1) ?? 0, bytes: bytes.at(-1) ?? 0 })),
          }),
        delta: ({ samples }) => this.#showRates(samples.at(-1)),
      },
      statistics: whole((view) => this.#showStatistics(view)),
    };
  }

  /** A choice, where there is one. */
  #showPlatforms({ platforms, shown }: PlatformsView): void {
    const names = platforms.map(({ name }) => name);
    this.#choice.setChoices(
      platforms.map(({ name, folder }) => ({
        value: folder,
        text: names.filter((other) => other === name).length > 1 ? `${name} (${folder})` : name,
      })),
    );
    this.#choice.set(shown ?? '');
    this.#choice.element.hidden = platforms.length < 2;
  }

  #showPlatform(platform: PlatformView): void {
    setText(this.#name, platform.name || 'mysimbdp');
    this.#state.dataset.state = platform.state;
    setText(this.#state, stateText(platform.state));
    setText(this.#about, about(platform));
    this.#about.title = platform.folder;
    const { waitingFiles, waitingBytes } = platform;
    // Of one that does not run nothing is known.
    this.#isUp = platform.runtime !== null;
    this.#figures.runs.show(this.#isUp ? count(platform.activeRuns) : '–');
    this.#figures.waiting.show(this.#isUp ? count(waitingFiles) : '–', waitingFiles > 0 ? size(waitingBytes) : '');
    if (!this.#isUp) this.#showNoRates();
    this.#showNotice(platform);
    this.#showProblems(platform);
  }

  /** What keeps the panel empty, and the way out. */
  #showNotice({ state, tenants }: PlatformView): void {
    const noTenant = (state === 'running' || state === 'attached') && tenants === 0;
    const key = `${state} ${noTenant}`;
    if (key === this.#noticed) return;
    this.#noticed = key;
    const notice = noTenant ? noTenantNotice(this.#host) : stateNotice(this.#host, state);
    this.#notice.replaceChildren(...(notice ? [notice] : []));
  }

  /** Drawn anew when they are others only: they may have been scrolled. */
  #showProblems({ problems, moreProblems }: PlatformView): void {
    const key = JSON.stringify([problems, moreProblems]);
    if (key === this.#problemsShown) return;
    this.#problemsShown = key;
    const items = problems.map(({ tenant, message, hint }) =>
      element('li', {}, element('strong', {}, tenant), ` ${message}${hint === null ? '' : ` — ${hint}`}`),
    );
    if (moreProblems === 1) items.push(element('li', {}, l10n.t('1 more tenant has problems.')));
    else if (moreProblems > 0)
      items.push(element('li', {}, l10n.t('{0} more tenants have problems.', count(moreProblems))));
    this.#problems.replaceChildren(...items);
    this.#problems.hidden = items.length === 0;
  }

  #showRates(sample: RateSample | undefined): void {
    if (!sample) return;
    if (!this.#isUp) {
      this.#showNoRates();
      return;
    }
    const rows = sample.rates.reduce((sum, each) => sum + each.rows, 0);
    const bytes = sample.rates.reduce((sum, each) => sum + each.bytes, 0);
    this.#figures.rows.show(rate(rows));
    this.#figures.bytes.show(megabytes(bytes));
  }

  #showNoRates(): void {
    this.#figures.rows.show('–');
    this.#figures.bytes.show('–');
  }

  #showStatistics({ total }: StatisticsView): void {
    const { stored, quarantined, success } = this.#figures;
    stored.showCount(total?.stored);
    quarantined.showCount(total?.quarantined);
    success.show(total?.successRate == null ? '–' : percent(total.successRate));
  }
}

/** A figure with its name above and its unit beside it. */
class Figure {
  readonly element: HTMLElement;
  readonly #value = element('span', { class: 'value' }, '–');
  readonly #unit: HTMLElement;

  constructor(name: string, unit = '') {
    this.#unit = element('span', { class: 'unit' }, unit);
    this.element = element('div', {}, element('dt', {}, name), element('dd', {}, this.#value, ' ', this.#unit));
  }

  show(value: string, unit?: string): void {
    setText(this.#value, value);
    if (unit !== undefined) setText(this.#unit, unit);
  }

  /** A number of any size in little room; the whole of it is in the hint. */
  showCount(value: number | undefined): void {
    const text = value === undefined ? '–' : count(value);
    this.show(value !== undefined && value >= 1e6 ? short(value) : text);
    this.#value.title = text;
  }
}

function stateText(state: PlatformView['state']): string {
  const texts: Record<PlatformView['state'], string> = {
    none: l10n.t('No platform'),
    stopped: l10n.t('Stopped'),
    starting: l10n.t('Starting'),
    running: l10n.t('Running'),
    attached: l10n.t('Running elsewhere'),
    stopping: l10n.t('Stopping'),
    failed: l10n.t('Failed'),
  };
  return texts[state];
}

function about({ runtime, startedAt, tenants, eventLoopDelayP99Ms }: PlatformView): string {
  if (runtime === null || startedAt === null) return '';
  return [
    runtime,
    tenants === 1 ? l10n.t('1 tenant') : l10n.t('{0} tenants', count(tenants)),
    l10n.t('up {0}', upTime((Date.now() - startedAt) / 1000)),
    ...(eventLoopDelayP99Ms === null ? [] : [l10n.t('event loop p99 {0} ms', eventLoopDelayP99Ms.toFixed(1))]),
  ].join(' · ');
}

function upTime(seconds: number): string {
  return seconds < 3600 ? `${Math.max(0, Math.floor(seconds / 60))} min` : duration(seconds);
}

function stateNotice(host: Host, state: PlatformView['state']): HTMLElement | undefined {
  const start = { action: 'startPlatform', label: l10n.t('Start Platform') } as const;
  switch (state) {
    case 'none':
      return emptyState(host, l10n.t('No platform folder is open here.'), {
        action: 'openPlatform',
        label: l10n.t('Open or Create Platform Folder…'),
      });
    case 'stopped':
      return emptyState(host, l10n.t('The platform is stopped: nothing is ingested, files wait in staging.'), start);
    case 'failed':
      return emptyState(host, l10n.t('The platform could not be started; its log says why.'), start);
    case 'starting':
    case 'stopping':
    case 'running':
    case 'attached':
      return undefined;
  }
}

function noTenantNotice(host: Host): HTMLElement {
  return emptyState(host, l10n.t('The platform has no tenant yet.'), {
    action: 'addTenant',
    label: l10n.t('Add Tenant…'),
  });
}
