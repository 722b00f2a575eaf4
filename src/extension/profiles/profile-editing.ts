import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { AppLenses } from './app-lenses.ts';
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
export function registerProfileEditing({ log, platforms }: Services): vscode.Disposable {
  const { languages } = vscode;
  const editors = new ProfileEditors(log);
  const diagnostics = new ProfileDiagnostics(editors, log);
  const lenses = new AppLenses(editors, platforms);
  return vscode.Disposable.from(
    vscode.commands.registerCommand('mysimbdp.checkProfiles', () => diagnostics.checkAll()),
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
}
