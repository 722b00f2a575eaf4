import type { PanelAction } from '../src/extension/panel/panel-protocol.ts';
import { button } from './controls.ts';
import { element } from './elements.ts';
import type { Host } from './host.ts';

/** What stands where nothing is: what to do so that something will be. */
export function emptyState(host: Host, text: string, offer?: { action: PanelAction; label: string }): HTMLElement {
  const made = element('div', { class: 'empty' }, element('p', {}, text));
  if (offer) {
    const { action, label } = offer;
    made.append(button({ label, quiet: true, onClick: () => host.post({ type: 'act', action }) }).element);
  }
  return made;
}
