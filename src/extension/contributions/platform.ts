import type { Contributions } from './contribution.ts';

const platformItem = 'view == mysimbdp.platform && viewItem';

export const platformContributions: Contributions = {
  activation: ['workspaceContains:mysimbdp.yaml'],
  commands: [
    {
      command: 'mysimbdp.startPlatform',
      title: 'Start Platform',
      needsTrust: true,
      icon: '$(play)',
      palette: 'mysimbdp.hasPlatform && mysimbdp.isDown',
    },
    {
      command: 'mysimbdp.stopPlatform',
      title: 'Stop Platform',
      needsTrust: false,
      icon: '$(debug-stop)',
      palette: 'mysimbdp.hasPlatform && (mysimbdp.isUp || mysimbdp.isStarting)',
    },
    {
      command: 'mysimbdp.restartPlatform',
      title: 'Restart Platform',
      needsTrust: true,
      icon: '$(debug-restart)',
      palette: 'mysimbdp.hasPlatform && mysimbdp.isUp',
    },
    {
      command: 'mysimbdp.showStatus',
      title: 'Show Status',
      needsTrust: false,
      icon: '$(info)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.chooseRuntime',
      title: 'Choose Runtime…',
      needsTrust: false,
      icon: '$(server-environment)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.showServiceLog',
      title: 'Show Service Log',
      needsTrust: true,
      icon: '$(output)',
      palette: 'mysimbdp.isUp',
    },
    {
      command: 'mysimbdp.copyConnection',
      title: 'Copy Connection Settings',
      needsTrust: true,
      icon: '$(copy)',
      palette: 'mysimbdp.isUp && isWorkspaceTrusted',
    },
    {
      command: 'mysimbdp.openCqlsh',
      title: 'Open cqlsh Here',
      needsTrust: true,
      icon: '$(terminal)',
      palette: 'mysimbdp.isUp && isWorkspaceTrusted',
    },
    {
      command: 'mysimbdp.showProvision',
      title: 'Show What External Clusters Lack',
      needsTrust: true,
      icon: '$(list-unordered)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.doctor',
      title: 'Run Doctor',
      needsTrust: true,
      icon: '$(checklist)',
      palette: 'mysimbdp.hasPlatform',
    },
    { command: 'mysimbdp.showMenu', title: 'Show Menu', needsTrust: false, palette: 'mysimbdp.hasPlatform' },
    {
      command: 'mysimbdp.showPlatformLog',
      title: 'Show Platform Log',
      needsTrust: false,
      icon: '$(output)',
      palette: 'mysimbdp.hasPlatform',
    },
  ],
  menus: [
    {
      menu: 'view/item/context',
      command: 'mysimbdp.showServiceLog',
      when: `${platformItem} =~ /^service/`,
      group: 'inline@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.openCqlsh',
      when: `${platformItem} == service.cassandra && isWorkspaceTrusted`,
      group: 'inline@2',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.copyConnection',
      when: `${platformItem} =~ /^service/ && isWorkspaceTrusted`,
      group: '1_look@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.chooseRuntime',
      when: `${platformItem} =~ /^platform/`,
      group: '1_run@2',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.startPlatform',
      when: `${platformItem} == platform.down`,
      group: 'inline@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.stopPlatform',
      when: `${platformItem} =~ /^platform.(up|starting)$/`,
      group: 'inline@2',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.restartPlatform',
      when: `${platformItem} == platform.up`,
      group: '1_run@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.showStatus',
      when: `${platformItem} =~ /^platform/`,
      group: '2_look@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.doctor',
      when: `${platformItem} =~ /^platform/`,
      group: '2_look@2',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.showPlatformLog',
      when: `${platformItem} =~ /^platform/`,
      group: '2_look@3',
    },
  ],
  settings: [
    {
      key: 'mysimbdp.resumeOnReload',
      schema: { type: 'boolean', default: true },
      description:
        'Start a platform again that ran in this window when it was closed or reloaded, and go on with its runs.',
      scope: 'window',
    },
  ],
  views: [{ id: 'mysimbdp.platform', name: 'Platform' }],
  viewsWelcome: [
    {
      view: 'mysimbdp.platform',
      contents:
        'A platform folder holds the platform’s settings and its tenants.\n[Open or Create Platform Folder](command:mysimbdp.openPlatform)\n[Open Demo Platform](command:mysimbdp.openDemo)',
      when: '!mysimbdp.hasPlatform',
    },
  ],
};
