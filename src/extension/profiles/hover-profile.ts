import * as vscode from 'vscode';
import type { EffectiveValue } from '../../tenants/editing/effective-value.ts';
import type { ProfileHover } from '../../tenants/editing/hover.ts';
import type { ProfileEditors } from './profile-editors.ts';
import { editedFile } from './profile-file.ts';
import { neighbourOf } from './yaml-neighbour.ts';

/** What a setting is about, what holds now, and who says so. */
export class ProfileHovers implements vscode.HoverProvider {
  readonly #editors: ProfileEditors;

  constructor(editors: ProfileEditors) {
    this.#editors = editors;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const edited = editedFile(document);
    if (!edited) return undefined;
    const offset = document.offsetAt(position);
    const found = await this.#editors.ask(edited.root, (editor) => editor.hover(edited, offset));
    if (!found) return undefined;
    const text = hoverText(found, { file: edited.file, described: neighbourOf(document).hovers });
    if (text === '') return undefined;
    const range = new vscode.Range(document.positionAt(found.from), document.positionAt(found.to));
    return new vscode.Hover(new vscode.MarkdownString(text), range);
  }
}

/** As Markdown. `described`: the description is shown by somebody else. */
function hoverText(hover: ProfileHover, { file, described }: { file: string; described: boolean }): string {
  const { name, type, description, allowed, effective, fallback } = hover;
  const parts: string[] = [];
  const title = type === undefined ? `**${name}**` : `**${name}** — ${type}`;
  // A name of something of this profile is no setting, so no schema describes it.
  if (!described || type === undefined) {
    parts.push(title);
    if (description !== undefined) parts.push(description);
    if (allowed.length > 0) parts.push(vscode.l10n.t('Values: {0}', allowed.map(code).join(', ')));
  }
  if (effective) parts.push(vscode.l10n.t('In force: {0}', `${shown(effective)} — ${origin(effective, file)}`));
  if (fallback && JSON.stringify(fallback) !== JSON.stringify(effective)) {
    parts.push(vscode.l10n.t('Default: {0}', `${shown(fallback)} — ${origin(fallback, file)}`));
  }
  return parts.join('\n\n');
}

function shown({ value }: EffectiveValue): string {
  if (value === null) return vscode.l10n.t('none');
  return code(typeof value === 'string' && value !== '' ? value.replace('\t', '\\t') : JSON.stringify(value));
}

function origin({ origin: from, plan = '', asked }: EffectiveValue, file: string): string {
  if (asked !== undefined) {
    return vscode.l10n.t('the limit of mysimbdp.yaml, below the {0} that is asked for', code(JSON.stringify(asked)));
  }
  switch (from) {
    case 'profile':
      return vscode.l10n.t('this profile');
    case 'plan':
      return vscode.l10n.t('plan {0}', code(plan));
    case 'platform':
      return file === 'mysimbdp.yaml' ? vscode.l10n.t('this file') : 'mysimbdp.yaml';
    case 'default':
      return vscode.l10n.t('the default of mysimbdp');
  }
}

function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return fence + text + fence;
}
