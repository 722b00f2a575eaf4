import * as vscode from 'vscode';
import type { Statistics } from '../../protocol/ingestion-log.ts';
import type { TenantStatus } from '../../protocol/management.ts';
import type { PlatformSession } from '../platforms/platform-session.ts';
import type { Services } from '../services.ts';
import { count } from './figures.ts';
import type { Node } from './node.ts';
import type { QuarantinedFiles } from './quarantined-files.ts';

/** What the view is made out of beside the platforms. */
export interface Ports {
  services: Services;
  quarantined: QuarantinedFiles;
}

/** Makes the node of one thing that a tenant consists of. */
export type TenantPart = (ports: Ports, session: PlatformSession, tenant: TenantStatus) => Node;

/** Files that are listed below a node. */
export const shownFiles = 100;

/** Sums over all that was ingested for the tenant. */
export function figuresOf({ statistics }: PlatformSession, { tenant }: TenantStatus): Statistics | undefined {
  return statistics?.byTenant.find(({ key }) => key === tenant)?.statistics;
}

/** What is other after anything was ingested for the tenant. */
export function ingested(session: PlatformSession, tenant: TenantStatus): number[] {
  const figures = figuresOf(session, tenant);
  return figures ? [figures.runs, figures.files] : [];
}

export function idOf(session: PlatformSession, { tenant }: TenantStatus, part: string): string {
  return `${session.folder.root}#${tenant}#${part}`;
}

export function open(resource: vscode.Uri) {
  return { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [resource] };
}

export function refusedText({ refusedFiles }: TenantStatus): string {
  return refusedFiles > 0 ? vscode.l10n.t('{0} refused', count(refusedFiles)) : '';
}
