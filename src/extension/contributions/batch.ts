import type { Contributions } from './contribution.ts';

const tenantItem = 'view == mysimbdp.tenants && viewItem';
const runItem = 'view == mysimbdp.runs && viewItem';

export const batchContributions: Contributions = {
  commands: [
    {
      command: 'mysimbdp.runBatchNow',
      title: 'Run Batch Now',
      needsTrust: true,
      icon: '$(run-all)',
      enablement: 'isWorkspaceTrusted',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.runAllNow',
      title: 'Run Batch Now',
      needsTrust: true,
      icon: '$(run-all)',
      enablement: 'isWorkspaceTrusted',
      palette: 'false',
    },
    {
      command: 'mysimbdp.cancelRun',
      title: 'Cancel Run…',
      needsTrust: false,
      icon: '$(debug-stop)',
      palette: 'mysimbdp.isUp',
    },
    {
      command: 'mysimbdp.retryRun',
      title: 'Retry Run',
      needsTrust: true,
      icon: '$(refresh)',
      palette: 'mysimbdp.isUp',
    },
    {
      command: 'mysimbdp.openRunRecord',
      title: 'Open Run Record',
      needsTrust: false,
      icon: '$(json)',
      palette: 'mysimbdp.isUp',
    },
  ],
  menus: [
    {
      menu: 'view/title',
      command: 'mysimbdp.runAllNow',
      when: 'view == mysimbdp.runs && mysimbdp.isUp',
      group: 'navigation@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.runBatchNow',
      when: `${tenantItem} == tenant.enabled`,
      group: 'inline@1',
    },
    { menu: 'view/item/context', command: 'mysimbdp.runBatchNow', when: `${tenantItem} == app`, group: 'inline@1' },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.cancelRun',
      when: `${runItem} =~ /^run\\.(active|waiting)$/`,
      group: 'inline@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.retryRun',
      when: `${runItem} =~ /^run\\.(failed|cancelled)$/`,
      group: 'inline@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.openRunRecord',
      when: `${runItem} =~ /^run\\.(done|failed|cancelled)$/`,
      group: '1_open@1',
    },
  ],
  views: [{ id: 'mysimbdp.runs', name: 'Runs', when: 'mysimbdp.hasPlatform' }],
  viewsWelcome: [
    {
      view: 'mysimbdp.runs',
      contents: 'The platform is not running.\n[Start Platform](command:mysimbdp.startPlatform)',
      when: 'mysimbdp.hasPlatform && !mysimbdp.isUp',
    },
    {
      view: 'mysimbdp.runs',
      contents:
        'Nothing has run yet. Put a file into the staging directory of a tenant.\n[Add Files to Staging…](command:mysimbdp.addFiles)',
      when: 'mysimbdp.isUp',
    },
  ],
};
