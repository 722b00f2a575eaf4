import { arrange, element, setText } from './elements.ts';

/** A column of a table: its heading, and what it shows of a row. */
export interface TableColumn<Row> {
  /** Class of its cells. */
  id: string;
  title: string;
  /** Written small beside the title. */
  unit?: string;
  /** Figures stand right. */
  numeric?: boolean;
  /** A cell of text. */
  text?: (row: Row) => string;
  /** A cell of its own making, kept with its row; it is given each new state of the row. */
  cell?: (first: Row) => { content: Node; update(row: Row): void };
}

interface ShownRow<Row> {
  element: HTMLTableRowElement;
  update(row: Row): void;
}

/** A table whose rows stay the same elements while their content changes; it scrolls in itself. */
export class DataTable<Row> {
  readonly element: HTMLElement;
  readonly #body = element('tbody');
  readonly #columns: readonly TableColumn<Row>[];
  readonly #classOf: (row: Row) => string;
  #rows = new Map<string, ShownRow<Row>>();

  constructor(label: string, columns: readonly TableColumn<Row>[], classOf: (row: Row) => string = () => '') {
    this.#columns = columns;
    this.#classOf = classOf;
    const headings = columns.map(({ id, title, unit, numeric }) =>
      element(
        'th',
        { scope: 'col', class: cellClass(id, numeric) },
        title,
        ...(unit === undefined ? [] : [' ', element('span', { class: 'unit' }, unit)]),
      ),
    );
    const table = element(
      'table',
      { 'aria-label': label },
      element('thead', {}, element('tr', {}, ...headings)),
      this.#body,
    );
    this.element = element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label }, table);
  }

  /** @param rows in their order, by a key of each */
  show(rows: readonly (readonly [key: string, row: Row])[]): void {
    const next = new Map<string, ShownRow<Row>>();
    for (const [key, row] of rows) {
      const shown = this.#rows.get(key) ?? this.#make(row);
      shown.update(row);
      next.set(key, shown);
    }
    this.#rows = next;
    arrange(
      this.#body,
      [...next.values()].map((shown) => shown.element),
    );
  }

  #make(first: Row): ShownRow<Row> {
    const cells = this.#columns.map(({ id, numeric, text, cell }, index) => {
      const td = index === 0 ? element('th', { scope: 'row' }) : element('td');
      td.className = cellClass(id, numeric);
      const own = cell?.(first);
      if (own) td.append(own.content);
      return {
        td,
        update: (row: Row) => (own ? own.update(row) : setText(td, text?.(row) ?? '')),
      };
    });
    const tr = element('tr', {}, ...cells.map(({ td }) => td));
    return {
      element: tr,
      update: (row) => {
        tr.className = this.#classOf(row);
        for (const cell of cells) cell.update(row);
      },
    };
  }
}

function cellClass(id: string, numeric = false): string {
  return numeric ? `${id} numeric` : id;
}
