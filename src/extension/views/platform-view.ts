import * as vscode from 'vscode';
import { hintOf } from '../commands/error-help.ts';
import type { PlatformSession, SessionState } from '../platforms/platform-session.ts';
import { counted, duration, plain } from './figures.ts';
import type { Node } from './node.ts';
import { serviceNodes } from './service-node.ts';

/** Codicon and colour of each state, here and in the status bar. */
export const stateIcons: Record<SessionState, { icon: string; color?: string }> = {
  stopped: { icon: 'circle-outline' },
  starting: { icon: 'loading~spin' },
  running: { icon: 'pass-filled', color: 'testing.iconPassed' },
  attached: { icon: 'pass-filled', color: 'testing.iconPassed' },
  stopping: { icon: 'loading~spin' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
};

export function stateText(session: PlatformSession): string {
  switch (session.state) {
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'starting':
      return vscode.l10n.t('starting…');
    case 'running':
      return vscode.l10n.t('running');
    case 'attached':
      return vscode.l10n.t('running in another process');
    case 'stopping':
      return vscode.l10n.t('stopping…');
    case 'failed':
      return vscode.l10n.t('not started');
  }
}

/** What a platform consists of, line by line; one function a line, so that a service that comes is one more. */
const parts: ((session: PlatformSession) => Node | Node[] | undefined)[] = [
  controlPlane,
  endpoint,
  coreDms,
  serviceNodes,
  tenants,
  eventLoop,
  problem,
];

/** The view "Platform": each platform folder with its state and services. */
export function platformNodes(sessions: readonly PlatformSession[]): Node[] {
  return sessions.map((session) => ({
    id: session.folder.root,
    label: session.name,
    description: stateText(session),
    ...stateIcons[session.state],
    context: `platform.${standing(session)}`,
    tooltip: plain(session.folder.root),
    expanded: true,
    children: () => parts.flatMap((part) => part(session) ?? []),
    target: { session },
  }));
}

/** As the conditions of menus tell platforms apart. */
function standing({ isUp, state }: PlatformSession): 'up' | 'down' | 'starting' | 'stopping' {
  if (isUp) return 'up';
  return state === 'starting' || state === 'stopping' ? state : 'down';
}

function controlPlane({ folder, status }: PlatformSession): Node | undefined {
  if (!status) return undefined;
  const up = (Date.now() - status.startedAt) / 1000;
  return {
    id: `${folder.root}#control-plane`,
    label: vscode.l10n.t('Control plane'),
    description: vscode.l10n.t('process {0}, up for {1}', status.pid, duration(up)),
    icon: 'server-process',
    tooltip: vscode.l10n.t('Decides what runs when, and speaks with the runners over loopback.'),
  };
}

function endpoint({ folder, url }: PlatformSession): Node | undefined {
  if (url === undefined) return undefined;
  return {
    id: `${folder.root}#endpoint`,
    label: vscode.l10n.t('Endpoint'),
    description: url,
    icon: 'plug',
    tooltip: vscode.l10n.t('Where the control plane answers, on this machine only.'),
  };
}

function coreDms({ folder, status }: PlatformSession): Node | undefined {
  if (!status) return undefined;
  return {
    id: `${folder.root}#coredms`,
    label: 'CoreDms',
    description: status.runtime === 'docker' ? 'Cassandra' : vscode.l10n.t('embedded store'),
    icon: 'database',
  };
}

function tenants({ folder, status }: PlatformSession): Node | undefined {
  if (!status) return undefined;
  const registered = status.tenants.filter((tenant) => tenant.registered);
  return {
    id: `${folder.root}#tenants`,
    label: vscode.l10n.t('Tenants'),
    description: vscode.l10n.t(
      '{0}, {1} active',
      counted(registered.length, 'tenant'),
      counted(status.runs.length, 'run'),
    ),
    icon: 'organization',
  };
}

function eventLoop({ folder, status }: PlatformSession): Node | undefined {
  if (!status) return undefined;
  return {
    id: `${folder.root}#delay`,
    label: vscode.l10n.t('Event-loop delay'),
    description: vscode.l10n.t('p99 {0} ms', status.eventLoopDelayP99Ms.toFixed(1)),
    icon: 'pulse',
    tooltip: vscode.l10n.t('How long the process of the control plane keeps others waiting.'),
  };
}

function problem({ folder, problem: error }: PlatformSession): Node | undefined {
  if (!error) return undefined;
  const hint = hintOf(error);
  return {
    id: `${folder.root}#problem`,
    label: error.message,
    ...(hint ? { description: hint } : {}),
    icon: 'warning',
    color: 'list.warningForeground',
    tooltip: [error.message, ...(hint ? [hint] : [])].map(plain).join('\n\n'),
  };
}
