import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { PlatformError } from '../../foundation/errors.ts';
import type { ControlPlaneClient } from '../../api/client.ts';
import { Cancelled } from '../cancelled.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { profileFile } from '../profiles/profile-file.ts';
import type { Services } from '../services.ts';
import { isNode } from '../views/node.ts';

/** What a command is about, as far as where it was called from says so. */
export interface Target {
  session: PlatformSession;
  tenant?: string;
  /** `cassandra-1` */
  service?: string;
  app?: string;
  runId?: string;
  table?: string;
}

/** The platform that a command is about: the argument's, the only one, or one that is asked for. @throws NO_PLATFORM, Cancelled */
export async function choosePlatform(
  { platforms }: Services,
  from: unknown,
  suits: (session: PlatformSession) => boolean = () => true,
): Promise<PlatformSession> {
  const named = await namedBy(platforms, from);
  if (named) return named;
  const { sessions } = platforms;
  if (sessions.length === 0) throw noPlatform();
  const suitable = sessions.filter(suits);
  const offered = suitable.length > 0 ? suitable : sessions;
  const [only] = offered;
  if (offered.length === 1 && only) return only;
  const picked = await vscode.window.showQuickPick(
    offered.map((session) => ({ label: session.name, description: session.folder.root, session })),
    { title: vscode.l10n.t('Which platform?'), matchOnDescription: true },
  );
  if (!picked) throw new Cancelled();
  return picked.session;
}

/** As `choosePlatform`, with the platform up: it is started where it is not, when the user agrees. */
export async function chooseRunning(
  services: Services,
  from: unknown,
  suits: (session: PlatformSession) => boolean = ({ isUp }) => isUp,
): Promise<{ session: PlatformSession; client: ControlPlaneClient }> {
  const session = await choosePlatform(services, from, suits);
  if (!session.client) {
    // One that is on its way up is waited for, with its progress.
    if (session.state !== 'starting' && !(await agreesToStart(session))) throw new Cancelled();
    await vscode.commands.executeCommand('mysimbdp.startPlatform', { session });
  }
  const { client } = session;
  if (!client) throw new Cancelled();
  return { session, client };
}

async function agreesToStart(session: PlatformSession): Promise<boolean> {
  const start = vscode.l10n.t('Start Platform');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The platform {0} is not running.', session.name),
    start,
  );
  return chosen === start;
}

/** A tenant of a platform: the argument's, or one that is asked for. */
export async function chooseTenant(
  services: Services,
  from: unknown,
  only: (tenant: { registered: boolean; enabled: boolean }) => boolean = () => true,
): Promise<{ session: PlatformSession; tenant: string }> {
  const session = await choosePlatform(services, from);
  const named = targetOf(from).tenant;
  if (named !== undefined) return { session, tenant: named };
  const tenants = (await session.tenants()).filter(only);
  if (tenants.length === 0) {
    throw new PlatformError({
      code: 'NO_TENANT',
      message: vscode.l10n.t('The platform {0} has no tenant that this is for.', session.name),
      hint: vscode.l10n.t('Add a tenant first.'),
    });
  }
  const picked = await vscode.window.showQuickPick(
    tenants.map((one) => ({ label: one.tenant, description: describe(one) })),
    { title: vscode.l10n.t('Which tenant?') },
  );
  if (!picked) throw new Cancelled();
  return { session, tenant: picked.label };
}

/**
 * As `chooseTenant`, of those that have a profile: one may have been removed since a view showed it, and nothing of it is to come
 * back. @throws TENANT_NOT_PRESENT
 */
export async function choosePresentTenant(
  services: Services,
  from: unknown,
): Promise<{ session: PlatformSession; tenant: string }> {
  const chosen = await chooseTenant(services, from);
  const { session, tenant } = chosen;
  const isPresent = await stat(session.folder.profile(tenant)).then(
    () => true,
    () => false,
  );
  if (isPresent) return chosen;
  throw new PlatformError({
    code: 'TENANT_NOT_PRESENT',
    message: vscode.l10n.t('The tenant {0} has no tenants/{0}/tenant.yaml in the platform folder.', tenant),
  });
}

function describe({ registered, enabled }: { registered: boolean; enabled: boolean }): string {
  if (!registered) return vscode.l10n.t('not registered');
  return enabled ? '' : vscode.l10n.t('disabled');
}

/** What the argument of a command names, wherever it was called from: a node of a tree, a code lens, a profile, another command. */
export function targetOf(from: unknown): Partial<Omit<Target, 'session'>> {
  if (isNode(from)) return from.target ?? {};
  if (from instanceof vscode.Uri) {
    const tenant = profileFile(from)?.tenant;
    return tenant === undefined ? {} : { tenant };
  }
  return typeof from === 'object' && from !== null ? from : {};
}

/** The platform that an argument names; undefined when it names none. @throws NO_PLATFORM when it is not one of the workspace */
async function namedBy(platforms: Services['platforms'], from: unknown): Promise<PlatformSession | undefined> {
  const { session, folder } = placeOf(from);
  if (session) return session;
  await platforms.settled();
  if (folder === undefined) return from instanceof vscode.Uri ? platforms.sessionOfFile(from) : undefined;
  const named = platforms.sessionAt(folder);
  // Another one is not what was meant.
  if (!named) throw notOfWorkspace(folder);
  return named;
}

/** @returns folder absolute */
function placeOf(from: unknown): { session?: PlatformSession | undefined; folder?: string | undefined } {
  if (isNode(from)) return { session: from.target?.session };
  if (from instanceof vscode.Uri) return { folder: profileFile(from)?.root };
  return from ?? {};
}

function noPlatform(): PlatformError {
  return new PlatformError({
    code: 'NO_PLATFORM',
    message: vscode.l10n.t('No folder of this workspace is a platform folder.'),
    hint: vscode.l10n.t('Create one, or add one to the workspace.'),
  });
}

function notOfWorkspace(folder: string): PlatformError {
  return new PlatformError({
    code: 'NO_PLATFORM',
    message: vscode.l10n.t('{0} is not a platform folder of this workspace.', folder),
    hint: vscode.l10n.t('Add it to the workspace as a folder of its own.'),
  });
}
