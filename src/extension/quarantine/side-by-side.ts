import { basename, dirname, relative } from 'node:path';
import * as vscode from 'vscode';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { ReadOnlyDocuments } from '../documents/read-only-documents.ts';
import { excerptOf } from './excerpt.ts';
import type { Reject } from './rejects.ts';
import type { SourceFile } from './source-file.ts';

/**
 * Of a larger file some lines are shown: a document goes to the extension host as a whole, and keeps the control plane that runs
 * there from answering meanwhile. Bytes.
 */
const largestWhole = 1024 * 1024;

interface TextFile {
  /** Absolute. */
  path: string;
  bytes: number;
}

/** A rejected record in quarantine, and its line in the source beside it where that is there. */
export class SideBySide {
  readonly #documents: ReadOnlyDocuments;
  readonly #folder: PlatformFolder;
  readonly #rejects: TextFile;
  readonly #source: SourceFile | undefined;
  #showing: Promise<void> = Promise.resolve();
  #reading = new AbortController();

  constructor(documents: ReadOnlyDocuments, folder: PlatformFolder, rejects: TextFile, source: SourceFile | undefined) {
    this.#documents = documents;
    this.#folder = folder;
    this.#rejects = rejects;
    this.#source = source;
  }

  /** Resolves when it is shown, or another is to be shown instead. */
  show(reject: Reject): Promise<void> {
    this.#reading.abort();
    const reading = new AbortController();
    this.#reading = reading;
    // One after another: editors that open at once take each other's place.
    const shown = this.#showing.then(async () => {
      try {
        if (!reading.signal.aborted) await this.#showRecord(reject, reading.signal);
        if (!reading.signal.aborted) await this.#showSource(reject, reading.signal);
      } catch (error) {
        if (!reading.signal.aborted) throw error;
      }
    });
    this.#showing = shown.catch(() => undefined);
    return shown;
  }

  async #showRecord({ index }: Reject, signal: AbortSignal): Promise<void> {
    const { path, bytes } = this.#rejects;
    if (bytes <= largestWhole) {
      await reveal(path, index, vscode.ViewColumn.One);
      return;
    }
    const { lines } = await excerptOf(path, index, { lines: 0, signal });
    const name = `record ${index + 1}/${basename(path, '.ndjson')}.json`;
    await this.#showText(name, indented(lines[0] ?? ''), vscode.ViewColumn.One);
  }

  async #showSource({ line }: Reject, signal: AbortSignal): Promise<void> {
    const source = this.#source;
    if (!source) return;
    if (source.bytes <= largestWhole && !source.gzip) {
      await reveal(source.path, line - 1, vscode.ViewColumn.Two);
      return;
    }
    const { lines, first, last } = await excerptOf(source.path, line - 1, { gzip: source.gzip, signal });
    if (lines.length === 0) return;
    const name = `lines ${first + 1}–${last + 1}/${source.name.replace(/\.gz$/, '')}`;
    select(await this.#showText(name, lines.join('\n'), vscode.ViewColumn.Two), line - 1 - first);
  }

  /** @param name unique among the documents about these rejected records */
  #showText(name: string, text: string, viewColumn: vscode.ViewColumn): Promise<vscode.TextEditor> {
    const place = relative(this.#folder.root, dirname(this.#rejects.path)).replaceAll('\\', '/');
    return this.#documents.show(this.#folder, `${place}/${name}`, `${text}\n`, { viewColumn, preserveFocus: true });
  }
}

/** JSON as people read it; what was cut off is left as it is. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

async function reveal(path: string, line: number, viewColumn: vscode.ViewColumn): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  select(await vscode.window.showTextDocument(document, { viewColumn, preview: true, preserveFocus: true }), line);
}

function select(editor: vscode.TextEditor, line: number): void {
  const { document } = editor;
  const { range } = document.lineAt(Math.min(Math.max(0, line), document.lineCount - 1));
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
}
