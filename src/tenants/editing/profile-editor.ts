import type { AsyncDisposer } from '../../foundation/disposables.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { AppPlace } from './app-places.ts';
import type { CheckRequest, EditedDiagnostic } from './check-edited.ts';
import type { EditedFile } from './edited-file.ts';
import type { Fix } from './fixes.ts';
import type { ProfileHover } from './hover.ts';
import { IdleThread } from './idle-thread.ts';
import type { Proposal } from './proposal.ts';

/** A profile of 256 KiB takes a second, a sample of 8 MiB some, a store that is busy up to ten. */
const answerMs = 30_000;
/** Ten thousand profiles. */
const folderMs = 120_000;

const answer = 'an answer about a profile';

/**
 * Answers an editor's questions about the two YAML files of one platform folder. Parsing, samples and SQLite stay out of the
 * caller's thread, and a look at the whole folder does not hold up one at the file that is being typed in.
 */
export class ProfileEditor implements AsyncDisposer {
  readonly #typing: IdleThread;
  readonly #reading: IdleThread;

  /** @param root the platform folder, absolute */
  constructor(root: string) {
    this.#typing = new IdleThread('profile-editor', root);
    this.#reading = new IdleThread('profiles', root);
  }

  /** Everything that is wrong in the files on disk. NOT_A_PLATFORM_FOLDER */
  problems(): Promise<Diagnostic[]> {
    return this.#reading.ask(folderMs, 'reading the profiles', (call) => call.problems());
  }

  /** NOT_A_PLATFORM_FOLDER, as all below */
  check(request: CheckRequest): Promise<EditedDiagnostic[]> {
    return this.#typing.ask(answerMs, answer, (call) => call.check(request));
  }

  proposals(edited: EditedFile, offset: number): Promise<Proposal[]> {
    return this.#typing.ask(answerMs, answer, (call) => call.proposals(edited, offset));
  }

  hover(edited: EditedFile, offset: number): Promise<ProfileHover | undefined> {
    return this.#typing.ask(answerMs, answer, (call) => call.hover(edited, offset));
  }

  fixes(edited: EditedFile, diagnostics: Diagnostic[]): Promise<Fix[][]> {
    return this.#typing.ask(answerMs, answer, (call) => call.fixes(edited, diagnostics));
  }

  apps(text: string): Promise<AppPlace[]> {
    return this.#typing.ask(answerMs, answer, (call) => call.apps(text));
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#typing.dispose(), this.#reading.dispose()]);
  }
}
