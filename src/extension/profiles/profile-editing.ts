import * as vscode from 'vscode';
import type { CommandHandler } from '../commands/command.ts';
import type { Services } from '../services.ts';
import { AppLenses } from './app-lenses.ts';
import { checkCommands } from './check-profiles.ts';
import { completionTriggers, ProfileCompletion } from './complete-profile.ts';
import { ProfileHovers } from './hover-profile.ts';
import { ProfileFixes } from './mend-profile.ts';
import { ProfileDiagnostics } from './profile-diagnostics.ts';
import { ProfileEditors } from './profile-editors.ts';
import { profileSelector } from './profile-file.ts';

/**
 * What helps with mysimbdp.yaml and the tenants' profiles while they are typed: diagnostics, completion, hover, quick fixes,
 * and actions on apps. Registers only; parsing happens in threads that start with the first question.
 */
export function connectProfileEditing({ log, platforms }: Services): {
  disposable: vscode.Disposable;
  commands: Record<string, CommandHandler>;
} {
  const { languages } = vscode;
  const editors = new ProfileEditors(log);
  const diagnostics = new ProfileDiagnostics(editors, log);
  const lenses = new AppLenses(editors, platforms);
  const disposable = vscode.Disposable.from(
    languages.registerCompletionItemProvider(profileSelector, new ProfileCompletion(editors), ...completionTriggers),
    languages.registerHoverProvider(profileSelector, new ProfileHovers(editors)),
    languages.registerCodeActionsProvider(
      profileSelector,
      new ProfileFixes(editors, diagnostics),
      ProfileFixes.metadata,
    ),
    languages.registerCodeLensProvider(profileSelector, lenses),
    lenses,
    diagnostics,
    editors,
  );
  return { disposable, commands: checkCommands(diagnostics) };
}
