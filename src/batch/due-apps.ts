import type { RunRecord } from '../protocol/ingestion-log.ts';

type DueTrigger = Extract<RunRecord['trigger'], 'cron' | 'demand'>;

interface Due {
  trigger: DueTrigger;
  /** The newest look at staging when it was asked for first, and last; null once a later one has told what that is about. */
  asked: { first: number; last: number } | null;
  /** Its files by name, each with the look that told of it: what an earlier look has not seen is not gone for that. */
  files: Map<string, number>;
}

/**
 * What cron ticks and demands have made due, whatever the schedules of the apps: the files that are there at that time. What
 * comes later waits for the next tick or demand, however long the files at hand take.
 */
export class DueApps {
  readonly #due = new Map<string, Due>();
  /** How many runs take files of an app now: while none of them is open, nothing else knows that these were due. */
  readonly #taking = new Map<string, number>();
  readonly #changed: (app: string, trigger: DueTrigger | null) => void;
  #looks = 0;

  /**
   * @param changed told of each app that becomes due, or is for another reason than before, and that is not due any more
   * (null)
   */
  constructor(changed: (app: string, trigger: DueTrigger | null) => void) {
    this.#changed = changed;
  }

  /**
   * Makes due what is there of the app; which files these are is known after the next look at staging. What a tick has made due
   * stays its own.
   */
  ask(app: string, trigger: DueTrigger): void {
    const { trigger: earlier, files = new Map<string, number>(), asked } = this.#due.get(app) ?? {};
    this.#set(app, {
      trigger: earlier === 'cron' ? earlier : trigger,
      asked: { first: asked?.first ?? this.#looks, last: this.#looks },
      files,
    });
  }

  /** Why the app is due, and which of its files are; undefined when it is not. */
  of(app: string): { trigger: DueTrigger; files: ReadonlyMap<string, number> } | undefined {
    return this.#due.get(app);
  }

  /** Files that a run takes are not due any more: others may come under their names. */
  take(app: string, names: Iterable<string>): void {
    this.#taking.set(app, (this.#taking.get(app) ?? 0) + 1);
    const files = this.#due.get(app)?.files;
    if (files) for (const name of names) files.delete(name);
  }

  /** The run is open, or will never be. @param names files that it has not taken after all, as they are called in staging */
  taken(app: string, trigger: RunRecord['trigger'], names: Iterable<string>): void {
    const left = (this.#taking.get(app) ?? 1) - 1;
    if (left > 0) this.#taking.set(app, left);
    else this.#taking.delete(app);
    this.giveBack(app, trigger, names);
    this.#dropDone(app);
  }

  /** Files that a run had taken are in staging again. */
  giveBack(app: string, trigger: RunRecord['trigger'], names: Iterable<string>): void {
    if (trigger !== 'cron' && trigger !== 'demand') return;
    const due: Due = this.#due.get(app) ?? { trigger, asked: null, files: new Map() };
    for (const name of names) due.files.set(name, this.#looks);
    if (due.files.size > 0) this.#set(app, due);
  }

  /** A look at staging begins. @returns its number, for `looked` */
  look(): number {
    return ++this.#looks;
  }

  /** @param inHand names of the app's files that wait, or may do so soon, as the look has found them */
  looked(look: number, inHand: (app: string) => ReadonlySet<string>): void {
    for (const [app, due] of this.#due) {
      const names = inHand(app);
      if (due.asked && due.asked.first < look) {
        for (const name of names) due.files.set(name, look);
        // Whoever asked while this look went on gets another.
        due.asked = due.asked.last < look ? null : { first: due.asked.last, last: due.asked.last };
      }
      for (const [name, at] of due.files) if (at < look && !names.has(name)) due.files.delete(name);
      this.#dropDone(app);
    }
  }

  /** Nothing is due any more. */
  clear(): void {
    const apps = [...this.#due.keys()];
    this.#due.clear();
    for (const app of apps) this.#changed(app, null);
  }

  #dropDone(app: string): void {
    const due = this.#due.get(app);
    if (!due || due.asked || due.files.size > 0 || this.#taking.has(app)) return;
    this.#due.delete(app);
    this.#changed(app, null);
  }

  #set(app: string, due: Due): void {
    const { trigger } = this.#due.get(app) ?? {};
    this.#due.set(app, due);
    if (trigger !== due.trigger) this.#changed(app, due.trigger);
  }
}
