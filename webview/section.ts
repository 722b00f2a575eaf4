import type { Deltas, PartId, Snapshots } from '../src/extension/panel/panel-protocol.ts';
import type { Host } from './host.ts';

/** What a section does with a part that the host sends. */
export type PartHandlers = {
  readonly [P in PartId]?: {
    readonly snapshot: (part: Snapshots[P]) => void;
    readonly delta: (part: Deltas[P]) => void;
  };
};

/** A section on the screen. */
export interface SectionView {
  readonly element: HTMLElement;
  readonly parts: PartHandlers;
}

/** A part of the panel with a heading, by which it is folded; sections.ts lists them. */
export interface Section {
  /** Kept when it is folded; a class of its element. */
  readonly id: string;
  /** Absent: it has no heading, and is always shown. */
  readonly title?: () => string;
  mount(host: Host): SectionView;
}

/** Handlers of a part whose deltas are as its snapshots. */
export function whole<T>(show: (part: T) => void): { snapshot: (part: T) => void; delta: (part: T) => void } {
  return { snapshot: show, delta: show };
}
