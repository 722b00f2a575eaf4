import * as l10n from '@vscode/l10n';
import { rate } from '../../src/cli/terminal/figures.ts';
import { bounds } from '../../src/extension/panel/panel-protocol.ts';
import { others, RateHistory } from '../../src/extension/panel/rate-history.ts';
import { arrange, element, setText } from '../elements.ts';
import { emptyState } from '../empty.ts';
import type { Host } from '../host.ts';
import { RateChart } from '../rate-chart.ts';
import { megabytes, short } from '../rates.ts';
import type { Section, SectionView } from '../section.ts';
import { SeriesStyles, type SeriesStyle } from '../series-styles.ts';
import { onThemeChange } from '../theme.ts';

/** Rows and bytes a second of each tenant over the last minutes. */
export const throughput: Section = {
  id: 'throughput',
  title: () => l10n.t('Throughput by tenant, last 10 minutes'),
  mount: (host) => new Throughput(host),
};

class Throughput implements SectionView {
  readonly element: HTMLElement;
  readonly parts: SectionView['parts'];
  readonly #history = new RateHistory();
  readonly #styles = new SeriesStyles();
  readonly #rows = new RateChart({
    title: l10n.t('Throughput'),
    unit: 'rows/s',
    seconds: bounds.historySeconds,
    axis: short,
  });
  readonly #bytes = new RateChart({
    title: l10n.t('Data rate'),
    unit: 'MB/s',
    seconds: bounds.historySeconds,
    axis: short,
  });
  readonly #legend = element('ul', { class: 'legend', 'aria-label': l10n.t('Throughput now') });
  readonly #entries = new Map<string, LegendEntry>();
  readonly #empty: HTMLElement;

  constructor(host: Host) {
    this.#empty = emptyState(
      host,
      l10n.t(
        'Nothing was ingested since this panel was opened, in the last 10 minutes at most. Put files into the staging folder of a tenant, or run what waits there.',
      ),
      { action: 'runBatch', label: l10n.t('Run Batch Now') },
    );
    const charts = element('div', { class: 'charts' }, this.#rows.element, this.#bytes.element);
    this.element = element('div', {}, this.#empty, charts, this.#legend);
    this.parts = {
      throughput: {
        snapshot: (part) => {
          this.#history.load(part);
          this.#show();
        },
        delta: ({ samples }) => {
          for (const sample of samples) this.#history.add(sample);
          this.#show();
        },
      },
    };
    onThemeChange(() => this.#show());
  }

  #show(): void {
    const { times, series } = this.#history.view();
    const names = series.map(({ name }) => name);
    this.#styles.retain(names);
    this.#empty.hidden = names.length > 0;
    this.element.classList.toggle('idle', names.length === 0);
    const now = times.at(-1) ?? Date.now();
    const lines = (of: 'rows' | 'bytes', unit: number) =>
      series.map((each) => ({
        name: shownName(each.name),
        style: this.#styles.of(each.name),
        values: each[of].map((value) => value / unit),
      }));
    const current = series.map(({ name, rows, bytes }) => ({ name, rows: rows.at(-1) ?? 0, bytes: bytes.at(-1) ?? 0 }));
    const said = (figure: (of: (typeof current)[number]) => string) =>
      current.map((of) => `${shownName(of.name)} ${figure(of)}`).join(', ') || l10n.t('nothing');
    this.#rows.show(
      times,
      lines('rows', 1),
      now,
      said(({ rows }) => `${rate(rows)} rows/s`),
    );
    this.#bytes.show(
      times,
      lines('bytes', 1e6),
      now,
      said(({ bytes }) => `${megabytes(bytes)} MB/s`),
    );
    this.#showLegend(current);
  }

  #showLegend(current: readonly { name: string; rows: number; bytes: number }[]): void {
    const entries = current.map(({ name, rows, bytes }) => {
      const entry = this.#entries.get(name) ?? new LegendEntry(shownName(name));
      this.#entries.set(name, entry);
      entry.show(this.#styles.of(name), rows, bytes);
      return entry.element;
    });
    for (const name of this.#entries.keys())
      if (!current.some((each) => each.name === name)) this.#entries.delete(name);
    arrange(this.#legend, entries);
  }
}

class LegendEntry {
  readonly element: HTMLElement;
  readonly #stroke = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  readonly #rows = element('span', { class: 'value rows' });
  readonly #bytes = element('span', { class: 'value bytes' });

  constructor(name: string) {
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    for (const [attribute, value] of Object.entries({ width: '22', height: '10', 'aria-hidden': 'true' }))
      picture.setAttribute(attribute, value);
    for (const [attribute, value] of Object.entries({ x1: '0', x2: '22', y1: '5', y2: '5', 'stroke-width': '2.5' }))
      this.#stroke.setAttribute(attribute, value);
    picture.append(this.#stroke);
    this.element = element('li', {}, picture, element('span', { class: 'name' }, name), this.#rows, this.#bytes);
  }

  show({ color, dash }: SeriesStyle, rows: number, bytes: number): void {
    this.#stroke.setAttribute('stroke', color);
    this.#stroke.setAttribute('stroke-dasharray', dash.join(' '));
    setText(this.#rows, `${rate(rows)} rows/s`);
    setText(this.#bytes, `${megabytes(bytes)} MB/s`);
  }
}

function shownName(name: string): string {
  return name === others ? l10n.t('other tenants') : name;
}
