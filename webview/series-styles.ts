import { isHighContrast, themeColor } from './theme.ts';

/** How a tenant's line is drawn, in charts and their legend. */
export interface SeriesStyle {
  color: string;
  /** Lengths of strokes and gaps in px; empty: one stroke. Without colours to tell lines apart, these do. */
  dash: number[];
}

const colors = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'].map((name) => `--vscode-charts-${name}`);
const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 3], [4, 2, 1, 2]];

/** Keeps the look of each name while it is shown; the first that is free goes to a new one. */
export class SeriesStyles {
  readonly #places = new Map<string, number>();

  /** Forgets those that are not among `names`, and gives the others a place. */
  retain(names: readonly string[]): void {
    for (const name of this.#places.keys()) if (!names.includes(name)) this.#places.delete(name);
    const taken = new Set(this.#places.values());
    for (const name of names) {
      if (this.#places.has(name)) continue;
      let place = 0;
      while (taken.has(place)) place++;
      taken.add(place);
      this.#places.set(name, place);
    }
  }

  of(name: string): SeriesStyle {
    const place = this.#places.get(name) ?? 0;
    const color = themeColor(colors[place] ?? '--vscode-foreground');
    const dash = isHighContrast() || place >= colors.length ? (dashes[place % dashes.length] ?? []) : [];
    return { color, dash };
  }
}
