import type { Node } from './node.ts';

/** A node as the editor has it: the same object as long as it is about the same thing, for the editor holds on to it. */
export class ShownNode {
  readonly node: Node;
  /** Whether what is below it is on the screen. */
  open = false;
  /** What the editor has below it, also while it is closed; undefined until it has asked. */
  children: readonly ShownNode[] | undefined;
  /** What was read for it last; without a version when it could not be read. */
  loaded: { version: string | undefined; at: number; children: Promise<readonly ShownNode[]> } | undefined;
  #looks: string;

  constructor(node: Node) {
    this.node = node;
    this.#looks = looksOf(node);
  }

  /** Takes the state of a newer node of the same id. @returns whether it looks different now */
  become(newer: Node): boolean {
    for (const key of Object.keys(this.node)) if (!(key in newer)) Reflect.deleteProperty(this.node, key);
    Object.assign(this.node, newer);
    const before = this.#looks;
    this.#looks = looksOf(newer);
    return this.#looks !== before;
  }

  /** Who opens it again wants to see what is there then. */
  close(): void {
    this.open = false;
    this.loaded = undefined;
  }
}

/** The newer nodes, each as the one of its id that was shown already, where there is one. */
export function succeed(shown: readonly ShownNode[], newer: readonly Node[]): ShownNode[] {
  const known = new Map(shown.map((one) => [one.node.id, one]));
  return newer.map((node) => {
    const before = known.get(node.id);
    before?.become(node);
    return before ?? new ShownNode(node);
  });
}

/** Whether these are the same things in the same order, whatever they look like. */
export function areSame(shown: readonly ShownNode[], newer: readonly Node[]): boolean {
  return shown.length === newer.length && shown.every(({ node }, index) => node.id === newer[index]?.id);
}

function looksOf({ label, description, icon, color, context, tooltip, children, load }: Node): string {
  const isLeaf = !children && !load;
  return JSON.stringify([label, description, icon, color, context, typeof tooltip === 'string' ? tooltip : '', isLeaf]);
}
