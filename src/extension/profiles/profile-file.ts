import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { EditedFile } from '../../tenants/editing/edited-file.ts';

/** The two YAML files, whatever language the editor takes them for. */
export const profileSelector: vscode.DocumentSelector = [
  { scheme: 'file', pattern: '**/tenants/*/tenant.yaml' },
  { scheme: 'file', pattern: '**/mysimbdp.yaml' },
];

/** One of the two YAML files by its place; whether its folder really is a platform folder shows when it is read. */
export type ProfileFile = Pick<EditedFile, 'root' | 'file' | 'tenant'>;

export function profileFile({ scheme, fsPath }: vscode.Uri): ProfileFile | undefined {
  if (scheme !== 'file') return undefined;
  const name = basename(fsPath);
  const folder = dirname(fsPath);
  if (name === 'mysimbdp.yaml') return { root: folder, file: name };
  const tenants = dirname(folder);
  if (name !== 'tenant.yaml' || basename(tenants) !== 'tenants') return undefined;
  const tenant = basename(folder);
  return { root: dirname(tenants), file: `tenants/${tenant}/${name}`, tenant };
}

/** The file as it stands in the editor, with mysimbdp.yaml as that stands there. */
export function editedFile(document: vscode.TextDocument): EditedFile | undefined {
  const file = profileFile(document.uri);
  if (!file) return undefined;
  const edited: EditedFile = { ...file, text: document.getText() };
  if (file.tenant === undefined) return edited;
  const path = join(file.root, 'mysimbdp.yaml');
  const platform = vscode.workspace.textDocuments.find((one) => one.isDirty && one.uri.fsPath === path);
  return platform ? { ...edited, platformText: platform.getText() } : edited;
}

/** The URI of a file of a platform folder, by its path with '/'. */
export function uriIn(root: string, file: string): vscode.Uri {
  return vscode.Uri.file(join(root, ...file.split('/')));
}
