import * as l10n from '@vscode/l10n';
import type { Deltas, PartId, Snapshots } from '../src/extension/panel/panel-protocol.ts';
import { element } from './elements.ts';
import { Host } from './host.ts';
import { MessageOrder } from './message-order.ts';
import type { Section, SectionView } from './section.ts';
import { sections } from './sections.ts';

const texts = document.querySelector<HTMLMetaElement>('meta[name="l10n"]')?.content;
if (texts) l10n.config({ contents: texts });

const host = new Host();
const views = sections.map((section) => {
  const view = section.mount(host);
  document.querySelector('#monitor')?.append(framed(section, view));
  return view;
});

let painted = false;

const messages = new MessageOrder({
  ask: () => {
    const { level, tenant } = host.state;
    host.post({ type: 'ready', filter: { level, tenant } });
  },
  snapshot: ({ parts }) => {
    for (const view of views) showSnapshot(view.parts, parts);
    if (!painted) afterPaint(() => host.post({ type: 'painted', pageMs: sinceLoading() }));
    painted = true;
  },
  delta: ({ parts }) => {
    for (const view of views) showDelta(view.parts, parts);
  },
});
host.onMessage((message) => messages.take(message));
messages.start();

function showSnapshot(handlers: SectionView['parts'], parts: Snapshots): void {
  for (const id of Object.keys(handlers) as PartId[]) show(handlers[id]?.snapshot, parts[id]);
}

function showDelta(handlers: SectionView['parts'], parts: { [P in PartId]?: Deltas[P] | undefined }): void {
  for (const id of Object.keys(handlers) as PartId[]) if (parts[id]) show(handlers[id]?.delta, parts[id]);
}

/** The type of a part goes with its name, which TypeScript does not follow through a loop. */
function show<T>(handler: ((part: never) => void) | undefined, part: T): void {
  handler?.(part as never);
}

/** A section with its heading, by which it is folded. */
function framed({ id, title }: Section, view: SectionView): HTMLElement {
  if (!title) return element('section', { class: `section ${id}`, 'aria-label': 'mysimbdp' }, view.element);
  const heading = element('h2', { id: `heading-${id}` }, title());
  const folding = element(
    'details',
    { open: !host.state.folded.includes(id) },
    element('summary', {}, heading),
    view.element,
  );
  folding.addEventListener('toggle', () => {
    const folded = host.state.folded.filter((other) => other !== id);
    host.keep({ folded: folding.open ? folded : [...folded, id] });
  });
  return element('section', { class: `section ${id}`, 'aria-labelledby': heading.id }, folding);
}

/** Ms since the page began to load this script. */
function sinceLoading(): number {
  const loading = performance.getEntriesByName(import.meta.url)[0];
  return Math.max(0, performance.now() - (loading?.startTime ?? 0));
}

/** Behind the frame that shows what was changed. */
function afterPaint(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then, 0));
}
