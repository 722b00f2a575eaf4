import assert from 'node:assert/strict';
import type {
  Answer,
  InputQuestion,
  ListQuestion,
  Place,
  SelectionQuestion,
  WizardUi,
} from '../../../../src/extension/wizard/step.ts';

/** What somebody does: `<back>`, `<cancel>`, a text for an input, the start of a label for a list, several for a selection. */
type Action = string | string[];

/**
 * A user who does what the script says at each step, by its title, once an action; without one the user takes what is
 * offered: the marked entry, what is picked, the text that is there.
 */
export class ScriptedUi implements WizardUi {
  /** `Name 1/7`, in the order of the questions. */
  readonly asked: string[] = [];
  readonly told: string[] = [];
  /** What lists, selections and inputs showed when they were last asked, by title. */
  readonly shown = new Map<string, string[]>();
  readonly #script: Map<string, Action[]>;
  readonly #files: string[];

  constructor(script: Record<string, Action[]>, files: string[] = []) {
    this.#script = new Map(Object.entries(script).map(([title, actions]) => [title, [...actions]]));
    this.#files = [...files];
  }

  pick<T>({ choices, active }: ListQuestion<T>, place: Place): Promise<Answer<T>> {
    const action = this.#next(
      place,
      choices.map(({ label, description = '' }) => `${label} | ${description}`),
    );
    if (action === '<back>' || action === '<cancel>') return left(action, place);
    const choice =
      action === undefined
        ? (choices.find(({ value }) => value === active) ?? choices[0])
        : choices.find(({ label }) => label.replace(/^\$\([\w-]+\) /, '').startsWith(String(action)));
    assert.ok(choice, `${place.title} has no ${JSON.stringify(action)}`);
    return Promise.resolve({ value: choice.value });
  }

  pickMany<T>({ choices, problem }: SelectionQuestion<T>, place: Place): Promise<Answer<T[]>> {
    const action = this.#next(
      place,
      choices.map(({ label, picked }) => `${picked ? 'x' : '-'} ${label}`),
    );
    if (action === '<back>' || action === '<cancel>') return left(action, place);
    const values = choices
      .filter(({ label, picked }) => (action === undefined ? picked : action.includes(label)))
      .map(({ value }) => value);
    assert.equal(problem?.(values), undefined);
    return Promise.resolve({ value: values });
  }

  input({ value, problem }: InputQuestion, place: Place): Promise<Answer<string>> {
    const action = this.#next(place, [value]);
    if (action === '<back>' || action === '<cancel>') return left(action, place);
    const text = String(action ?? value);
    assert.equal(problem(text), undefined, text);
    return Promise.resolve({ value: text });
  }

  openFile(): Promise<string | undefined> {
    return Promise.resolve(this.#files.shift());
  }

  busy<T>(_: string, work: () => Promise<T>): Promise<T> {
    return work();
  }

  tell(problem: string): void {
    this.told.push(problem);
  }

  #next({ title, step, total }: Place, shown: string[]): Action | undefined {
    this.asked.push(`${title} ${step}/${total}`);
    assert.ok(this.asked.length < 100, `the wizard goes in circles: ${this.asked.slice(-5).join(', ')}`);
    this.shown.set(title, shown);
    return this.#script.get(title)?.shift();
  }
}

function left(action: '<back>' | '<cancel>', { title, canGoBack }: Place): Promise<'back' | 'cancel'> {
  if (action === '<cancel>') return Promise.resolve('cancel');
  assert.ok(canGoBack, `${title} cannot be gone back from`);
  return Promise.resolve('back');
}
