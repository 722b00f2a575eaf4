// A wizard without a user interface: steps that ask, over one context, and the order in which they are gone through.

/** Where the user is. */
export interface Place {
  title: string;
  /** From 1. */
  step: number;
  total: number;
  canGoBack: boolean;
}

/** What a question came to; `cancel`: it was left. */
export type Answer<T> = { value: T } | 'back' | 'cancel';

/** An entry of a list. */
export interface Choice<T> {
  label: string;
  description?: string;
  detail?: string;
  /** In lists of which several can be taken. */
  picked?: boolean;
  value: T;
}

interface Question {
  prompt: string;
}
export interface ListQuestion<T> extends Question {
  choices: readonly Choice<T>[];
  /** The value whose entry is marked first. */
  active?: T;
}
export interface SelectionQuestion<T> extends Question {
  choices: readonly Choice<T>[];
  /** Why a selection cannot be taken. */
  problem?: (chosen: readonly T[]) => string | undefined;
}
export interface InputQuestion extends Question {
  value: string;
  placeholder?: string;
  /** Why a text cannot be taken; asked for at every key. */
  problem: (text: string) => string | undefined;
}

/** How the steps ask; the editor's quick input, or a test. */
export interface WizardUi {
  pick<T>(question: ListQuestion<T>, place: Place): Promise<Answer<T>>;
  pickMany<T>(question: SelectionQuestion<T>, place: Place): Promise<Answer<T[]>>;
  input(question: InputQuestion, place: Place): Promise<Answer<string>>;
  /** Absolute path of a file; undefined when none was chosen. @param filters extensions without the dot, by title */
  openFile(title: string, filters: Readonly<Record<string, string[]>>): Promise<string | undefined>;
  /** Shows that something takes a moment. */
  busy<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Says why something did not work; does not wait. */
  tell(problem: string): void;
}

/** Where a step leads; `to` is the id of an earlier step. */
export type StepOutcome = 'next' | 'back' | 'cancel' | { to: string };

/** One question of a wizard, or a few that belong together. It changes the context only when it is answered. */
export interface Step<Context> {
  id: string;
  title: () => string;
  /** Whether it applies, as things stand. */
  shouldPrompt(context: Context): boolean;
  prompt(context: Context, ui: WizardUi, place: Place): Promise<StepOutcome>;
}

/** Goes through the steps, forward and back. @returns false when the user left */
export async function runSteps<Context>(
  steps: readonly Step<Context>[],
  context: Context,
  ui: WizardUi,
): Promise<boolean> {
  const applies = (index: number) => steps[index]?.shouldPrompt(context) === true;
  const after = (index: number) => steps.findIndex((_, next) => next > index && applies(next));
  const before = (index: number) => steps.findLastIndex((_, earlier) => earlier < index && applies(earlier));
  let at = after(-1);
  for (;;) {
    const step = steps[at];
    if (!step) return true;
    const asked = steps.filter((_, index) => applies(index));
    const place: Place = {
      title: step.title(),
      step: asked.indexOf(step) + 1,
      total: asked.length,
      canGoBack: before(at) !== -1,
    };
    const outcome = await step.prompt(context, ui, place);
    if (outcome === 'cancel') return false;
    if (outcome === 'next') at = after(at);
    else if (outcome === 'back') at = Math.max(before(at), after(-1));
    else {
      const target = steps.findIndex(({ id }) => id === outcome.to);
      if (applies(target)) at = target;
    }
  }
}
