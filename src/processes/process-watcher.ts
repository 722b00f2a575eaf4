import type { AsyncDisposer } from '../foundation/disposables.ts';
import { faultOf, type Fault } from '../foundation/errors.ts';
import { listProcesses, type ProcessInfo } from './process-list.ts';
import { ProcessTable, treeMembers } from './process-tree.ts';
import { RunMarkers } from './run-markers.ts';

/** A process tree that is being watched. */
export interface WatchedTree {
  readonly rootPid: number;
  /** False as soon as the root is known to have ended; its pid may then belong to another process. */
  readonly rootAlive: boolean;
  /** What its processes carry as MYSIMBDP_RUN. */
  readonly marker: string;
  /** The root, and the members that were alive at the last pass: pid to `startedAt`. The watcher keeps it. */
  readonly known: Map<number, number>;
  /** How often it wants to be observed, in ms. */
  readonly pollMs: number;
  /** Told at each pass; must not throw. */
  observe(members: readonly ProcessInfo[]): void;
}

interface ProcessWatcherOptions {
  list?: () => Promise<ProcessInfo[]>;
  /** The processes cannot be listed: told once until it works again. Memory limits are not watched meanwhile. */
  onProblem?: (fault: Fault) => void;
}

/** A pass is followed by a break of at least this many times its own duration (Windows: a pass takes a second). */
const breakFactor = 4;

/** Looks at all watched process trees in one pass over the machine's processes a tick, however many trees there are. */
export class ProcessWatcher implements AsyncDisposer {
  readonly #list: () => Promise<ProcessInfo[]>;
  readonly #onProblem: ((fault: Fault) => void) | undefined;
  readonly #trees = new Set<WatchedTree>();
  readonly #markers = new RunMarkers();
  #timer: NodeJS.Timeout | undefined;
  #lastSurvey: Promise<unknown> = Promise.resolve();
  #passing = false;
  #failing = false;
  #disposed = false;

  constructor({ list = listProcesses, onProblem }: ProcessWatcherOptions = {}) {
    this.#list = list;
    this.#onProblem = onProblem;
  }

  /** Observes `tree` until the returned function is called. */
  watch(tree: WatchedTree): () => void {
    this.#trees.add(tree);
    this.#schedule();
    return () => {
      this.#trees.delete(tree);
      if (this.#trees.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** The living members of a tree, from a pass of its own. */
  async membersOf(tree: WatchedTree): Promise<readonly ProcessInfo[]> {
    return (await this.#survey([tree])).get(tree) ?? [];
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(lastPassMs = 0): void {
    if (this.#disposed || this.#passing || this.#timer || this.#trees.size === 0) return;
    const pollMs = Math.min(...[...this.#trees].map((tree) => tree.pollMs));
    this.#timer = setTimeout(() => void this.#pass(), Math.max(pollMs, breakFactor * lastPassMs));
  }

  async #pass(): Promise<void> {
    this.#timer = undefined;
    this.#passing = true;
    const began = performance.now();
    try {
      for (const [tree, members] of await this.#survey([...this.#trees]))
        if (this.#trees.has(tree)) tree.observe(members);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#onProblem?.(faultOf(error));
      this.#failing = true;
    } finally {
      this.#passing = false;
      this.#schedule(performance.now() - began);
    }
  }

  /** One survey after another: each builds on the members that the one before has found. */
  async #survey(trees: readonly WatchedTree[]): Promise<ReadonlyMap<WatchedTree, ProcessInfo[]>> {
    const survey = this.#lastSurvey.then(() => this.#surveyNow(trees));
    this.#lastSurvey = survey.catch(() => undefined);
    return survey;
  }

  async #surveyNow(trees: readonly WatchedTree[]): Promise<ReadonlyMap<WatchedTree, ProcessInfo[]>> {
    const alive = new Set(trees.filter((tree) => tree.rootAlive));
    const table = new ProcessTable(await this.#list());
    for (const tree of trees) {
      const root = table.get(tree.rootPid);
      // The root was alive before and after the list was made: so it is the root that is in the list.
      if (root && alive.has(tree) && tree.rootAlive && !tree.known.has(root.pid))
        tree.known.set(root.pid, root.startedAt);
    }
    const noMarks: ReadonlySet<number> = new Set();
    const related = new Map(trees.map((tree) => [tree, treeMembers(table, { ...identity(tree), marked: noMarks })]));
    const marks = await this.#marksOutside(table, related);
    for (const tree of trees) {
      const marked = marks.get(tree.marker);
      if (marked) related.set(tree, treeMembers(table, { ...identity(tree), marked }));
      remember(tree, related.get(tree) ?? []);
    }
    return related;
  }

  /** Pids by marker, among processes that belong to no tree by descent and are not older than all trees. */
  async #marksOutside(
    table: ProcessTable,
    related: ReadonlyMap<WatchedTree, ProcessInfo[]>,
  ): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
    const members = new Set([...related.values()].flat().map(({ pid }) => pid));
    const oldest = Math.min(...[...related.keys()].map((tree) => tree.known.get(tree.rootPid) ?? 0));
    const strangers = table.processes.filter(({ pid, startedAt }) => startedAt >= oldest && !members.has(pid));
    this.#markers.keepOnly((pid) => table.get(pid) !== undefined);
    const marks = new Map<string, Set<number>>();
    for (const [pid, marker] of await this.#markers.read(strangers)) {
      const pids = marks.get(marker);
      if (pids) pids.add(pid);
      else marks.set(marker, new Set([pid]));
    }
    return marks;
  }
}

function identity({ rootPid, known }: WatchedTree): { rootPid: number; known: ReadonlyMap<number, number> } {
  return { rootPid, known };
}

function remember(tree: WatchedTree, members: readonly ProcessInfo[]): void {
  const rootStartedAt = tree.known.get(tree.rootPid);
  tree.known.clear();
  for (const { pid, startedAt } of members) tree.known.set(pid, startedAt);
  // The root stays known after its end, so that a later process with its pid is told apart.
  if (rootStartedAt !== undefined) tree.known.set(tree.rootPid, rootStartedAt);
}
