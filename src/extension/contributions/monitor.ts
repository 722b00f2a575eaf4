import type { Contributions } from './contribution.ts';

/** The monitoring panel. */
export const monitorContributions: Contributions = {
  activation: ['onWebviewPanel:mysimbdp.monitor'],
  commands: [
    { command: 'mysimbdp.openMonitor', title: 'Open Monitoring Panel', needsTrust: false, icon: '$(graph-line)' },
  ],
  menus: ['platform', 'runs'].map((view) => ({
    menu: 'view/title',
    command: 'mysimbdp.openMonitor',
    when: `view == mysimbdp.${view} && mysimbdp.hasPlatform`,
    group: 'navigation@2',
  })),
};
