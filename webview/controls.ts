import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { arrange, element } from './elements.ts';

// The one file that knows the toolkit: another one would be put in here.

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextField(),
);

interface Labelled {
  /** What it is, for screen readers where it is not written on it. */
  label: string;
}

export interface Control<T> {
  readonly element: HTMLElement;
  /** Shows a value; nobody is told. */
  set(value: T): void;
}

export function button({
  label,
  onClick,
  quiet = false,
}: Labelled & { onClick: () => void; quiet?: boolean }): Control<string> {
  const control = element('vscode-button', { appearance: quiet ? 'secondary' : 'primary' }, label);
  control.addEventListener('click', onClick);
  return { element: control, set: (text) => (control.textContent = text) };
}

export function checkbox({
  label,
  checked,
  onChange,
}: Labelled & { checked: boolean; onChange: (checked: boolean) => void }): Control<boolean> {
  const control = element('vscode-checkbox', {}, label) as HTMLElement & { checked: boolean };
  let shown = checked;
  control.checked = checked;
  control.addEventListener('change', () => {
    // It tells of what was set by program as well.
    if (control.checked === shown) return;
    shown = control.checked;
    onChange(shown);
  });
  return {
    element: control,
    set: (value) => {
      shown = value;
      control.checked = value;
    },
  };
}

export function textField({
  label,
  value,
  onInput,
}: Labelled & { value: string; onInput: (value: string) => void }): Control<string> {
  const control = element('vscode-text-field', { 'aria-label': label, placeholder: label }) as HTMLElement & {
    value: string;
  };
  control.value = value;
  control.addEventListener('input', () => onInput(control.value));
  return { element: control, set: (text) => (control.value = text) };
}

interface Choice {
  value: string;
  text: string;
}

export interface Dropdown extends Control<string> {
  setChoices(choices: readonly Choice[]): void;
}

export function dropdown({
  label,
  value,
  choices,
  onChange,
}: Labelled & { value: string; choices: readonly Choice[]; onChange: (value: string) => void }): Dropdown {
  const control = element('vscode-dropdown', { 'aria-label': label }) as HTMLElement & { value: string };
  const options = new Map<string, HTMLElement>();
  let chosen = value;
  let offered = '';
  /** While it comes to know its options it chooses among them itself, and tells of that as if its user had. */
  let settling = 0;
  const show = () => {
    settling++;
    requestAnimationFrame(() => {
      control.value = chosen;
      requestAnimationFrame(() => {
        control.value = chosen;
        settling--;
      });
    });
  };
  const optionOf = (choice: Choice) => {
    const option = options.get(choice.value) ?? element('vscode-option', { value: choice.value }, choice.text);
    options.set(choice.value, option);
    option.toggleAttribute('selected', choice.value === chosen);
    return option;
  };
  const dropdown: Dropdown = {
    element: control,
    set: (next) => {
      chosen = next;
      show();
    },
    setChoices: (next) => {
      const text = JSON.stringify(next);
      if (text === offered) return;
      offered = text;
      arrange(control, next.map(optionOf));
      show();
    },
  };
  dropdown.setChoices(choices);
  control.addEventListener('change', () => {
    if (settling > 0 || control.value === chosen) return;
    chosen = control.value;
    onChange(chosen);
  });
  return dropdown;
}
