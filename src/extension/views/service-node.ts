import * as vscode from 'vscode';
import type { ServiceStatus, ServiceUsage } from '../../protocol/services.ts';
import { hintOf } from '../commands/error-help.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import { isCassandra } from '../platforms/service-kinds.ts';
import { bytes, plain } from './figures.ts';
import type { Node } from './node.ts';

const icons: Record<ServiceStatus['state'], { icon: string; color?: string }> = {
  starting: { icon: 'loading~spin' },
  running: { icon: 'pass', color: 'testing.iconPassed' },
  restarting: { icon: 'loading~spin', color: 'list.warningForeground' },
  stopped: { icon: 'debug-pause', color: 'list.warningForeground' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  unreachable: { icon: 'debug-disconnect', color: 'testing.iconFailed' },
};

function stateText(state: ServiceStatus['state']): string {
  switch (state) {
    case 'starting':
      return vscode.l10n.t('starting…');
    case 'running':
      return vscode.l10n.t('running');
    case 'restarting':
      return vscode.l10n.t('starting again…');
    case 'stopped':
      return vscode.l10n.t('paused');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'unreachable':
      return vscode.l10n.t('out of reach');
  }
}

/** Cassandra and Kafka, where the runtime has them: how each is, where it answers, and what it takes of the machine. */
export function serviceNodes(session: PlatformSession): Node[] {
  return (session.status?.services ?? []).map((status) => {
    const { service, state, endpoint, container } = status;
    const used = session.usage.find((one) => one.service === service);
    return {
      id: `${session.folder.root}#service-${service}`,
      label: service,
      description: [stateText(state), endpoint, used && load(used)].filter(Boolean).join(' · '),
      ...icons[state],
      context: isCassandra(service) && container !== null ? 'service.cassandra' : 'service',
      tooltip: () => tooltip(status, used),
      target: { session, service },
    };
  });
}

/** In few characters, and rounded so that noise draws nothing anew. */
function load({ cpus, memoryBytes }: ServiceUsage): string {
  return `${cores(cpus)} · ${bytes(memoryBytes)}`;
}

function cores(cpus: number): string {
  return vscode.l10n.t('{0} cores', cpus.toFixed(1));
}

function tooltip({ problem, version, image, container, restarts }: ServiceStatus, used?: ServiceUsage): string {
  const hint = problem && hintOf(problem);
  return [
    problem && `**${plain(problem.message)}**`,
    hint && plain(hint),
    vscode.l10n.t('Version: {0}', version ?? '–'),
    image === null
      ? vscode.l10n.t('Not of this platform, which asks it and neither starts, stops nor changes it.')
      : vscode.l10n.t('Image: {0}', plain(image)),
    container !== null && vscode.l10n.t('Container: {0}', plain(container)),
    restarts > 0 && vscode.l10n.t('Started again: {0}', restarts),
    ...(used ? usageLines(used) : []),
  ]
    .filter((line) => typeof line === 'string')
    .join('\n\n');
}

function usageLines({ cpus, memoryBytes, memoryLimitBytes, diskBytes }: ServiceUsage): string[] {
  return [
    vscode.l10n.t('CPU: {0}', cores(cpus)),
    vscode.l10n.t('Memory: {0} of {1}', bytes(memoryBytes), bytes(memoryLimitBytes)),
    vscode.l10n.t('Disk: {0}', diskBytes === null ? '–' : bytes(diskBytes)),
  ];
}
