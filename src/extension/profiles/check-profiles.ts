import * as vscode from 'vscode';
import { choosePlatform, chooseTenant } from '../commands/choose.ts';
import type { CommandHandler } from '../commands/command.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';
import { count } from '../views/figures.ts';
import type { ProfileDiagnostics } from './profile-diagnostics.ts';
import { profileFile, type ProfileFile } from './profile-file.ts';

/** Commands that check profiles anew and tell the result, also when nothing is wrong. */
export function checkCommands(diagnostics: ProfileDiagnostics): Record<string, CommandHandler> {
  return {
    'mysimbdp.checkProfiles': async (services, from) => {
      const sessions = await sessionsFor(services, from);
      await diagnostics.checkAll();
      const roots = new Set(sessions.map(({ folder }) => folder.root));
      tell(
        problemsIn(({ root }) => roots.has(root)),
        sessions.flatMap(({ name }) => filesOf(sessions.length > 1 ? `${name}/` : '')).join(', '),
      );
    },
    'mysimbdp.checkProfile': async (services, from) => {
      const { session, tenant } = await chooseTenant(services, from);
      await diagnostics.checkAll();
      tell(
        problemsIn((file) => file.root === session.folder.root && file.tenant === tenant),
        `tenants/${tenant}/tenant.yaml`,
      );
    },
  };
}

/** The platform of the file that the command was called from; all of them from elsewhere. */
async function sessionsFor(services: Services, from: unknown): Promise<readonly PlatformSession[]> {
  if (from !== undefined) return [await choosePlatform(services, from)];
  await services.platforms.settled();
  const { sessions } = services.platforms;
  return sessions.length > 0 ? sessions : [await choosePlatform(services, undefined)];
}

function filesOf(folder: string): string[] {
  return [`${folder}mysimbdp.yaml`, `${folder}tenants/*/tenant.yaml`];
}

/** What is shown for the files, whoever has found it: with another extension for YAML a part is shown by that. */
function problemsIn(wanted: (file: ProfileFile) => boolean): number {
  const { Error: error, Warning: warning } = vscode.DiagnosticSeverity;
  return vscode.languages
    .getDiagnostics()
    .filter(([uri]) => {
      const file = profileFile(uri);
      return file !== undefined && wanted(file);
    })
    .flatMap(([, found]) => found)
    .filter(({ severity }) => severity === error || severity === warning).length;
}

/** @param where the files that were checked */
function tell(problems: number, where: string): void {
  if (problems === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is wrong in {0}.', where));
    return;
  }
  const text =
    problems === 1
      ? vscode.l10n.t('There is 1 problem in {0}.', where)
      : vscode.l10n.t('There are {0} problems in {1}.', count(problems), where);
  const show = vscode.l10n.t('Show Problems');
  void vscode.window.showWarningMessage(text, show).then((chosen) => {
    if (chosen === show) void vscode.commands.executeCommand('workbench.actions.view.problems');
  });
}
