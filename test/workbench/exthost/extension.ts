import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../../../src/foundation/deadlines.ts';

/** The extension under test, once the editor has activated it on its own. */
export async function activated(): Promise<vscode.Extension<unknown>> {
  const extension = vscode.extensions.getExtension('mysimbdp.mysimbdp');
  assert.ok(extension, 'mysimbdp is not installed');
  await until(30_000, 'the activation of mysimbdp', () => extension.isActive);
  return extension;
}

/** The folder that the window shows. */
export function folder(): vscode.Uri {
  const first = vscode.workspace.workspaceFolders?.[0];
  assert.ok(first, 'the window shows no folder');
  return first.uri;
}
