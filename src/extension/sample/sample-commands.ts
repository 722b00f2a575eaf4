import * as vscode from 'vscode';
import type { CommandHandler } from '../commands/command.ts';
import { requireTrust } from '../platforms/trust.ts';
import type { Services } from '../services.ts';
import { chooseSample, rememberSample } from './choose-sample.ts';
import { debugType } from './debug-type.ts';
import { chooseApp, type SampleTarget } from './sample-target.ts';

/** What may come with the argument beside what it is about. */
interface Wish {
  /** Absolute. */
  file?: string;
  /** Whether a file is asked for although one is remembered. */
  ask?: boolean;
}

/** Shows what an app makes of a sample, in a view that follows the app's code. */
async function runOnSample(services: Services, from: unknown): Promise<void> {
  requireTrust('runs');
  const { target, file } = await chooseTargetAndFile(services, from);
  const { showSample } = await import('./sample-view.ts');
  await showSample(services, target, file);
}

/** Steps through an app on a sample, in the debugger. */
async function debugOnSample(services: Services, from: unknown): Promise<boolean> {
  requireTrust('runs');
  const { target, file } = await chooseTargetAndFile(services, from);
  const { session, tenant, app } = target;
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(session.folder.root));
  const name = vscode.l10n.t('{0} on {1}', app, vscode.workspace.asRelativePath(file));
  return vscode.debug.startDebugging(folder, { type: debugType, request: 'launch', name, tenant, app, file });
}

async function chooseTargetAndFile(services: Services, from: unknown): Promise<{ target: SampleTarget; file: string }> {
  const { profile, ...target } = await chooseApp(services, from);
  const { appOf } = await import('../../tenants/load-tenant.ts');
  const app = appOf(profile, target.app);
  const { file, ask } = wishOf(from);
  if (file === undefined) return { target, file: await chooseSample(services, target, app, ask ?? false) };
  await rememberSample(services, target, file);
  return { target, file };
}

function wishOf(from: unknown): Wish {
  const wish = (from ?? {}) as Record<string, unknown>;
  return {
    ...(typeof wish.file === 'string' ? { file: wish.file } : {}),
    ...(wish.ask === true ? { ask: true } : {}),
  };
}

export const sampleCommands: Record<string, CommandHandler> = {
  'mysimbdp.runOnSample': runOnSample,
  'mysimbdp.debugOnSample': debugOnSample,
};
