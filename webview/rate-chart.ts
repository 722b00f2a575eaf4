import uPlot from 'uplot';
import { element } from './elements.ts';
import type { SeriesStyle } from './series-styles.ts';
import { isHighContrast, themeColor } from './theme.ts';

const height = 150;
/** What the chart shows at least, in seconds, while there is not more to show. */
const leastSeconds = 60;

export interface ChartSeries {
  name: string;
  style: SeriesStyle;
  values: readonly number[];
}

export interface RateChartOptions {
  title: string;
  /** `rows/s` */
  unit: string;
  /** Seconds from the left edge to the right, at most. */
  seconds: number;
  /** A value as the axis has it. */
  axis: (value: number) => string;
}

/** Lines over the last minutes, up to now. The figures stand in the legend as text; the picture has a name for screen readers. */
export class RateChart {
  readonly element: HTMLElement;
  readonly #place = element('div', { class: 'chart', role: 'img' });
  readonly #options: RateChartOptions;
  #plot: uPlot | undefined;
  #look = '';

  constructor(options: RateChartOptions) {
    this.#options = options;
    const caption = element('figcaption', {}, options.title, ' ', element('span', { class: 'unit' }, options.unit));
    this.element = element('figure', {}, caption, this.#place);
    new ResizeObserver(() => this.#fit()).observe(this.#place);
  }

  /** @param times ms since the epoch @param now the right edge, in ms since the epoch */
  show(times: readonly number[], series: readonly ChartSeries[], now: number, summary: string): void {
    this.#place.setAttribute('aria-label', `${this.#options.title}: ${summary}`);
    const look = JSON.stringify([series.map(({ name, style }) => [name, style]), this.#colors()]);
    const data: uPlot.AlignedData = [times.map((ms) => ms / 1000), ...series.map(({ values }) => [...values])];
    if (look !== this.#look || !this.#plot) {
      this.#look = look;
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#plotOptions(series), data, this.#place);
    } else this.#plot.setData(data, false);
    const right = now / 1000;
    this.#plot.batch(() => {
      const shown = Math.min(this.#options.seconds, Math.max(leastSeconds, right - (times[0] ?? now) / 1000));
      this.#plot?.setScale('x', { min: right - shown, max: right });
      const most = Math.max(0, ...series.flatMap(({ values }) => values));
      this.#plot?.setScale('y', { min: 0, max: most > 0 ? most * 1.1 : 1 });
    });
  }

  #colors(): { text: string; grid: string; font: string; dash: number[] } {
    return {
      text: themeColor('--vscode-descriptionForeground'),
      grid: themeColor('--vscode-editorWidget-border', '--vscode-contrastBorder'),
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
      // There the lines of a grid are as strong as what is drawn on it.
      dash: isHighContrast() ? [1, 5] : [],
    };
  }

  #plotOptions(series: readonly ChartSeries[]): uPlot.Options {
    const { text, grid, font, dash: gridDash } = this.#colors();
    const line = { stroke: text, font, ticks: { show: false }, grid: { stroke: grid, width: 1, dash: gridDash } };
    return {
      width: this.#width(),
      height,
      padding: [8, 28, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: true }, y: {} },
      axes: [
        { ...line, size: 24, space: 70, grid: { show: false }, values: (_, splits) => splits.map(timeOfDay) },
        { ...line, size: 52, space: 28, values: (_, splits) => splits.map(this.#options.axis) },
      ],
      series: [
        {},
        ...series.map(({ name, style: { color, dash } }) => ({
          label: name,
          stroke: color,
          width: 1.5,
          dash,
          points: { show: false },
          ...(series.length === 1 && dash.length === 0 ? { fill: faint(color) } : {}),
        })),
      ],
    };
  }

  #width(): number {
    return Math.max(120, this.#place.clientWidth);
  }

  #fit(): void {
    const width = this.#width();
    if (this.#plot && this.#plot.width !== width) this.#plot.setSize({ width, height });
  }
}

/** `13:07`, and `13:07:30` between minutes */
function timeOfDay(seconds: number): string {
  const at = new Date(seconds * 1000);
  const parts = [at.getHours(), at.getMinutes(), ...(at.getSeconds() === 0 ? [] : [at.getSeconds()])];
  return parts.map((part) => part.toString().padStart(2, '0')).join(':');
}

/** A colour of a theme (#rrggbb, or any other that the canvas takes), for the area below a line. */
function faint(color: string): string {
  return /^#[0-9a-f]{6}$/i.test(color) ? `${color}22` : 'transparent';
}
