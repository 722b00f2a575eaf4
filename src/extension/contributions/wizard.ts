import type { Contributions } from './contribution.ts';

/** Making platforms and tenants, and ingesting a file from the explorer. */
export const wizardContributions: Contributions = {
  commands: [
    { command: 'mysimbdp.createPlatform', title: 'Create Platform Folder…', needsTrust: false, icon: '$(new-folder)' },
    { command: 'mysimbdp.openPlatform', title: 'Open Platform Folder…', needsTrust: false, icon: '$(folder-opened)' },
    { command: 'mysimbdp.openDemo', title: 'Open Demo Platform…', needsTrust: false, icon: '$(beaker)' },
    {
      command: 'mysimbdp.addTenant',
      title: 'Add Tenant…',
      needsTrust: false,
      icon: '$(add)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.ingestFile',
      title: 'Ingest with mysimbdp…',
      needsTrust: false,
      palette: 'mysimbdp.hasPlatform',
    },
  ],
  menus: [
    {
      menu: 'view/title',
      command: 'mysimbdp.addTenant',
      when: 'view == mysimbdp.tenants && mysimbdp.hasPlatform',
      group: 'navigation@1',
    },
    {
      menu: 'explorer/context',
      command: 'mysimbdp.ingestFile',
      when: 'mysimbdp.hasPlatform && !explorerResourceIsFolder && resourceExtname =~ /^\\.(csv|tsv|ndjson|jsonl|gz)$/i',
      group: '7_mysimbdp',
    },
  ],
};
