import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Answer, InputQuestion, ListQuestion, Place, SelectionQuestion, WizardUi } from './step.ts';

/** Asks with the editor's quick input: back button, step counts, validation while typing. @param title of the wizard */
export function nativePrompts(title: string): WizardUi {
  // The steps know nothing of the editor, so they get its language by the package that both use.
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  return {
    pick: (question, place) => pick(title, question, place),
    pickMany: (question, place) => pickMany(title, question, place),
    input: (question, place) => type(title, question, place),
    openFile: async (label, filters) => {
      const [file] = (await vscode.window.showOpenDialog({ title: label, filters, openLabel: l10n.t('Use') })) ?? [];
      return file?.fsPath;
    },
    busy: async (label, work) =>
      vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: `mysimbdp: ${label}` }, work),
    tell: (problem) => void vscode.window.showWarningMessage(problem),
  };
}

type Item<T> = vscode.QuickPickItem & { value: T };

function pick<T>(title: string, question: ListQuestion<T>, place: Place): Promise<Answer<T>> {
  return asked(listOf(question), title, place, (list, done) => {
    const active = list.items.find(({ value }) => value === question.active);
    if (active && 'active' in question) list.activeItems = [active];
    return list.onDidAccept(() => {
      const [chosen] = list.selectedItems;
      if (chosen) done({ value: chosen.value });
    });
  });
}

function pickMany<T>(title: string, question: SelectionQuestion<T>, place: Place): Promise<Answer<T[]>> {
  return asked(listOf(question), title, place, (list, done) => {
    list.canSelectMany = true;
    list.selectedItems = list.items.filter(({ picked }) => picked);
    return list.onDidAccept(() => {
      const selected = new Set(list.selectedItems.map(({ value }) => value));
      const chosen = question.choices.map(({ value }) => value).filter((value) => selected.has(value));
      const problem = question.problem?.(chosen);
      if (problem === undefined) done({ value: chosen });
      else {
        // A list has no place for a validation message; the placeholder is read out as well.
        list.value = '';
        list.placeholder = problem;
      }
    });
  });
}

function type(title: string, { value, prompt, placeholder, problem }: InputQuestion, place: Place) {
  return asked(vscode.window.createInputBox(), title, place, (box, done: (answer: Answer<string>) => void) => {
    box.value = value;
    box.prompt = prompt;
    box.placeholder = placeholder;
    // What nobody has typed yet is not wrong.
    const check = () => (box.validationMessage = box.value === '' ? undefined : problem(box.value));
    check();
    return vscode.Disposable.from(
      box.onDidChangeValue(check),
      box.onDidAccept(() => {
        box.validationMessage = problem(box.value);
        if (box.validationMessage === undefined) done({ value: box.value });
      }),
    );
  });
}

function listOf<T>({ choices, prompt }: Pick<ListQuestion<T>, 'choices' | 'prompt'>): vscode.QuickPick<Item<T>> {
  const list = vscode.window.createQuickPick<Item<T>>();
  list.items = choices.map((choice) => ({ ...choice }));
  list.placeholder = prompt;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  return list;
}

interface WithButtons extends vscode.QuickInput {
  buttons: readonly vscode.QuickInputButton[];
  readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
}

/** Shows an input until it is answered, left, or gone back from. */
async function asked<Input extends WithButtons, T>(
  input: Input,
  title: string,
  place: Place,
  prepare: (input: Input, done: (answer: Answer<T>) => void) => vscode.Disposable,
): Promise<Answer<T>> {
  input.title = `${title}: ${place.title}`;
  input.step = place.step;
  input.totalSteps = place.total;
  // Somebody looks something up in a file and comes back.
  input.ignoreFocusOut = true;
  if (place.canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
  let listeners: vscode.Disposable | undefined;
  try {
    return await new Promise<Answer<T>>((resolve) => {
      listeners = vscode.Disposable.from(
        prepare(input, resolve),
        input.onDidTriggerButton((button) => {
          if (button === vscode.QuickInputButtons.Back) resolve('back');
        }),
        input.onDidHide(() => resolve('cancel')),
      );
      input.show();
    });
  } finally {
    listeners?.dispose();
    input.dispose();
  }
}
