import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Folders with code that shows texts in the editor. */
const folders = ['src/extension', 'webview'];

/**
 * Every text that is given to `l10n.t` (of `vscode` in the extension, of @vscode/l10n in the panel), sorted: key and English text,
 * as VS Code wants them in l10n/bundle.l10n.json. @param root absolute path of the project
 * @throws where a text is not written out, for then no translation of it could be found
 */
export function shownTexts(root: string): Record<string, string> {
  const texts = new Set<string>();
  for (const folder of folders) {
    for (const path of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.ts')) continue;
      for (const text of textsOf(join(root, folder, path))) texts.add(text);
    }
  }
  return Object.fromEntries([...texts].sort().map((text) => [text, text]));
}

function textsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText(source))) {
      const [text] = node.arguments;
      if (!text || !ts.isStringLiteralLike(text)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        throw new Error(`${path}:${(line + 1).toString()}: the text of l10n.t is not written out`);
      }
      texts.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}
