import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { SampleDebugOffers, SampleDebugProvider } from './debug-provider.ts';
import { debugType } from './debug-type.ts';

/** Set while the workspace has launch configurations of its own: F5 is theirs then, also in an app. */
const ownLaunch = 'mysimbdp.hasLaunchConfigurations';

/** Makes debug configurations of the type `mysimbdp` known to the editor. */
export function registerSampleDebugging(services: Services): vscode.Disposable {
  const { Dynamic } = vscode.DebugConfigurationProviderTriggerKind;
  tellOwnLaunch();
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(debugType, new SampleDebugProvider(services)),
    vscode.debug.registerDebugConfigurationProvider(debugType, new SampleDebugOffers(services), Dynamic),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('launch')) tellOwnLaunch();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(tellOwnLaunch),
  );
}

function tellOwnLaunch(): void {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const has = folders.some(({ uri }) => {
    const configurations = vscode.workspace.getConfiguration('launch', uri).get<unknown>('configurations');
    return Array.isArray(configurations) && configurations.length > 0;
  });
  void vscode.commands.executeCommand('setContext', ownLaunch, has);
}
