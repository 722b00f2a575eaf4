import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { messageOf } from '../../foundation/errors.ts';
import type { ProfileEditor } from '../../tenants/editing/profile-editor.ts';

/** Asks about profiles, in threads of the platform folders they are in; what they are made of is loaded with the first question. */
export class ProfileEditors implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #editors = new Map<string, Promise<ProfileEditor>>();
  #disposed = false;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** The answer of the folder's editor; undefined when there is none, which is only logged: nobody has asked for more. */
  async ask<T>(root: string, question: (editor: ProfileEditor) => Promise<T>): Promise<T | undefined> {
    try {
      // Whatever YAML is opened anywhere: where there is no platform no thread is started.
      if (!(await isPlatformFolder(root))) return undefined;
      return await question(await this.#editor(root));
    } catch (error) {
      if (!this.#disposed) this.#log.debug(`profiles of ${root}: ${messageOf(error)}`);
      return undefined;
    }
  }

  #editor(root: string): Promise<ProfileEditor> {
    const known = this.#editors.get(root);
    if (known) return known;
    const made = import('../../tenants/editing/profile-editor.ts').then(({ ProfileEditor }) => {
      const editor = new ProfileEditor(root);
      if (this.#disposed) void editor.dispose();
      return editor;
    });
    this.#editors.set(root, made);
    return made;
  }

  dispose(): void {
    this.#disposed = true;
    for (const editor of this.#editors.values()) void editor.then((made) => made.dispose());
    this.#editors.clear();
  }
}

async function isPlatformFolder(root: string): Promise<boolean> {
  return access(join(root, 'mysimbdp.yaml')).then(
    () => true,
    () => false,
  );
}
