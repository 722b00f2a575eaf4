import type { Contributions } from './contribution.ts';

/** The monitoring panel. */
export const monitorContributions: Contributions = {
  activation: ['onWebviewPanel:mysimbdp.monitor'],
  commands: [{ command: 'mysimbdp.openMonitor', title: 'Open Monitoring Panel', icon: '$(graph-line)' }],
};
