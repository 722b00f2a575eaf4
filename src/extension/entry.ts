import * as vscode from 'vscode';
import type * as Extension from './extension.ts';

// The file that the editor loads. What it starts is one of the programs in dist, so that they share their code: those are ES
// modules, which the editor does not give its API to; they find it where it is put here (.ci/build.mjs, `vscodeForModules`).
(globalThis as Record<symbol, unknown>)[Symbol.for('mysimbdp.vscode')] = vscode;

let extension: Promise<typeof Extension> | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  extension ??= import('./extension.ts');
  (await extension).activate(context);
}

export async function deactivate(): Promise<void> {
  await (await extension)?.deactivate();
}
