import * as vscode from 'vscode';
import { batchCommands } from './commands/batch-commands.ts';
import { registerCommands } from './commands/command.ts';
import { platformCommands } from './commands/platform-commands.ts';
import { statusCommands } from './commands/status-commands.ts';
import { runtimeCommands } from './commands/runtime-commands.ts';
import { tableCommands } from './commands/table-commands.ts';
import { tenantCommands } from './commands/tenant-commands.ts';
import { ReadOnlyDocuments } from './documents/read-only-documents.ts';
import { FollowedLogs } from './logs/followed-logs.ts';
import { connectMonitor } from './panel/connect-monitor.ts';
import { WorkspacePlatforms } from './platforms/workspace-platforms.ts';
import { connectProfileEditing } from './profiles/profile-editing.ts';
import { registerSampleDebugging } from './sample/register-debugging.ts';
import { sampleCommands } from './sample/sample-commands.ts';
import type { Services } from './services.ts';
import { registerViews } from './views/views.ts';
import { wizardCommands } from './wizard/wizard-commands.ts';

let platforms: WorkspacePlatforms | undefined;

/** Registers what there is. Nothing heavy is loaded here: each feature loads what it needs with its first use. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('mysimbdp', { log: true });
  platforms = new WorkspacePlatforms(log, context.workspaceState);
  const documents = new ReadOnlyDocuments();
  const logs = new FollowedLogs(log);
  const services: Services = { context, log, platforms, documents, logs, reader: readerOf(context) };
  const monitor = connectMonitor(services);
  const profiles = connectProfileEditing(services);
  context.subscriptions.push(
    log,
    platforms,
    documents,
    logs,
    profiles.disposable,
    monitor.disposable,
    registerSampleDebugging(services),
    registerViews(services),
    registerCommands(services, {
      ...platformCommands,
      ...statusCommands,
      ...tenantCommands,
      ...batchCommands,
      ...tableCommands,
      ...runtimeCommands,
      ...wizardCommands,
      ...sampleCommands,
      ...profiles.commands,
      ...monitor.commands,
    }),
  );
}

/** The platform ends with the window that it runs in; what that cuts off is resumed by the next start. */
export async function deactivate(): Promise<void> {
  await platforms?.close();
}

function readerOf(context: vscode.ExtensionContext): Services['reader'] {
  let reader: ReturnType<Services['reader']> | undefined;
  return () => {
    reader ??= import('../coredms/core-dms-reader.ts').then(({ CoreDmsReader }) => {
      const made = new CoreDmsReader();
      context.subscriptions.push(new vscode.Disposable(() => void made.dispose()));
      return made;
    });
    return reader;
  };
}
