import * as vscode from 'vscode';
import type { Proposal } from '../../tenants/editing/proposal.ts';
import type { ProfileEditors } from './profile-editors.ts';
import { editedFile } from './profile-file.ts';
import { neighbourOf } from './yaml-neighbour.ts';

/** Characters behind which something new begins. */
export const completionTriggers = [' ', ':', '[', '{', ','] as const;

const kinds: Readonly<Record<Proposal['kind'], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.Value,
  table: vscode.CompletionItemKind.Struct,
  column: vscode.CompletionItemKind.Field,
  type: vscode.CompletionItemKind.TypeParameter,
  file: vscode.CompletionItemKind.File,
  plan: vscode.CompletionItemKind.Reference,
  snippet: vscode.CompletionItemKind.Snippet,
};

/** Keys, values and whole parts where the cursor is. */
export class ProfileCompletion implements vscode.CompletionItemProvider {
  readonly #editors: ProfileEditors;

  constructor(editors: ProfileEditors) {
    this.#editors = editors;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[] | undefined> {
    const edited = editedFile(document);
    if (!edited) return undefined;
    const offset = document.offsetAt(position);
    const { version } = document;
    const proposals = await this.#editors.ask(edited.root, (editor) => editor.proposals(edited, offset));
    if (!proposals || document.version !== version) return undefined;
    const { completes } = neighbourOf(document);
    return proposals
      .filter(({ structural }) => !(completes && structural))
      .map((proposal) => item(document, position, proposal));
  }
}

function item(document: vscode.TextDocument, position: vscode.Position, proposal: Proposal): vscode.CompletionItem {
  const { label, kind, insert, snippet, detail, documentation, rank = 0, again = false } = proposal;
  const start = document.positionAt(proposal.from);
  const shown = new vscode.CompletionItem(label, kinds[kind]);
  shown.insertText = snippet ? new vscode.SnippetString(insert) : insert;
  shown.range = {
    inserting: new vscode.Range(start, position),
    replacing: new vscode.Range(start, document.positionAt(proposal.to)),
  };
  // The lines are indented for the column where they begin, which need not be that of the line.
  shown.keepWhitespace = true;
  shown.sortText = String(rank + 1000).padStart(6, '0');
  const [quote = ''] = /^['"]/.exec(document.getText(new vscode.Range(start, position))) ?? [];
  shown.filterText = quote + label;
  if (detail !== undefined) shown.detail = detail;
  if (documentation !== undefined) shown.documentation = new vscode.MarkdownString(documentation);
  if (again) shown.command = { command: 'editor.action.triggerSuggest', title: vscode.l10n.t('Suggest') };
  return shown;
}
