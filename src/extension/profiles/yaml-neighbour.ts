import * as vscode from 'vscode';

// The Red Hat YAML extension reads the JSON Schemas that this one contributes (`yamlValidation`). Where it is there, what YAML and
// schema say by themselves is left to it: diagnostics that are `structural`, proposals that are `structural`, and the
// description in hovers. What is shown here then is what only mysimbdp knows. Quick fixes are offered in either case.

const id = 'redhat.vscode-yaml';

/** What another extension does for a document already. */
export interface Neighbour {
  validates: boolean;
  completes: boolean;
  hovers: boolean;
}

/** It counts as soon as it is installed and enabled: it is activated by the first YAML document. */
export function neighbourOf(document: vscode.TextDocument): Neighbour {
  const there = document.languageId === 'yaml' && vscode.extensions.getExtension(id) !== undefined;
  const yaml = vscode.workspace.getConfiguration('yaml', document.uri);
  const does = (setting: string) => there && yaml.get<boolean>(setting, true);
  return { validates: does('validate'), completes: does('completion'), hovers: does('hover') };
}

/** Fires when it may have come, gone, or been told otherwise. */
export function onDidChangeNeighbour(changed: () => void): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.extensions.onDidChange(changed),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('yaml')) changed();
    }),
  );
}
