import type { Diagnostic } from '../diagnostics.ts';
import type { AppPlace } from './app-places.ts';
import { appPlaces } from './app-places.ts';
import type { CheckRequest, EditedDiagnostic } from './check-edited.ts';
import { checkEdited } from './check-edited.ts';
import { proposalsAt } from './completion.ts';
import type { EditedFile } from './edited-file.ts';
import { surrounded } from './edited-file.ts';
import type { Fix } from './fixes.ts';
import { fixesFor } from './fixes.ts';
import type { ProfileHover } from './hover.ts';
import { hoverAt } from './hover.ts';
import type { Proposal } from './proposal.ts';

/** What an editor asks about a file; all throw NOT_A_PLATFORM_FOLDER. */
export interface EditingCalls {
  check(request: CheckRequest): Promise<EditedDiagnostic[]>;
  proposals(edited: EditedFile, offset: number): Promise<Proposal[]>;
  hover(edited: EditedFile, offset: number): Promise<ProfileHover | undefined>;
  /** For each diagnostic the ways to mend it. */
  fixes(edited: EditedFile, diagnostics: Diagnostic[]): Promise<Fix[][]>;
  apps(text: string): AppPlace[];
}

export const editingCalls: EditingCalls = {
  check: checkEdited,
  proposals: async (edited, offset) => proposalsAt(await surrounded(edited), offset),
  hover: async (edited, offset) => hoverAt(await surrounded(edited), offset),
  fixes: async (edited, diagnostics) => {
    const around = await surrounded(edited);
    return Promise.all(diagnostics.map((diagnostic) => fixesFor(around, diagnostic)));
  },
  apps: appPlaces,
};
