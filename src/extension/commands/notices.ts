import * as vscode from 'vscode';

/** What can be done about a message right from it. */
export interface Offer {
  title: string;
  command: string;
  /** What the command is about: a `Target`. */
  about?: object;
}

/** Tells something, and does what the user chooses of what is offered; resolves when the message is gone. */
export async function notify(
  kind: 'information' | 'warning' | 'error',
  text: string,
  ...offers: Offer[]
): Promise<void> {
  const chosen = await showers[kind](text, ...offers.map(({ title }) => title));
  const offer = offers.find(({ title }) => title === chosen);
  if (offer) await vscode.commands.executeCommand(offer.command, ...(offer.about ? [offer.about] : []));
}

type Show = (text: string, ...titles: string[]) => Thenable<string | undefined>;

const showers: Record<'information' | 'warning' | 'error', Show> = {
  information: (text, ...titles) => vscode.window.showInformationMessage(text, ...titles),
  warning: (text, ...titles) => vscode.window.showWarningMessage(text, ...titles),
  error: (text, ...titles) => vscode.window.showErrorMessage(text, ...titles),
};
