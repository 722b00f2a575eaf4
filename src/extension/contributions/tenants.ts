import type { Contributions } from './contribution.ts';

const item = 'view == mysimbdp.tenants && viewItem';
const anyTenant = `${item} =~ /^tenant\\./`;
/** A service profile is in the editor. */
const inProfile = 'mysimbdp.hasPlatform && resourcePath =~ /[\\\\/]tenants[\\\\/][^\\\\/]+[\\\\/]tenant\\.yaml$/';

export const tenantContributions: Contributions = {
  // Profiles are checked and completed wherever they are open, also where the folders of the workspace come late.
  activation: ['onLanguage:yaml'],
  commands: [
    {
      command: 'mysimbdp.editProfile',
      title: 'Edit Service Profile',
      needsTrust: false,
      icon: '$(settings-gear)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.checkProfiles',
      title: 'Check Profiles',
      needsTrust: false,
      icon: '$(check-all)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.checkProfile',
      title: 'Check Service Profile',
      needsTrust: false,
      icon: '$(check)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.registerTenant',
      title: 'Register Tenant',
      needsTrust: false,
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.removeTenant',
      title: 'Remove Tenant…',
      needsTrust: false,
      icon: '$(trash)',
      palette: 'mysimbdp.hasPlatform',
    },
    { command: 'mysimbdp.enableTenant', title: 'Enable Tenant', needsTrust: false, palette: 'mysimbdp.hasPlatform' },
    { command: 'mysimbdp.disableTenant', title: 'Disable Tenant', needsTrust: false, palette: 'mysimbdp.hasPlatform' },
    {
      command: 'mysimbdp.showTenantLog',
      title: 'Show Tenant Log',
      needsTrust: false,
      icon: '$(output)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.openStaging',
      title: 'Open Staging Directory',
      needsTrust: false,
      icon: '$(folder-opened)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.addFiles',
      title: 'Add Files to Staging…',
      needsTrust: false,
      icon: '$(new-file)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.previewTable',
      title: 'Preview Table',
      needsTrust: true,
      icon: '$(table)',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.openQuarantine',
      title: 'Open Quarantined Rows',
      needsTrust: false,
      icon: '$(shield)',
      palette: 'mysimbdp.isUp',
    },
  ],
  menus: [
    { menu: 'view/item/context', command: 'mysimbdp.editProfile', when: `${item} == profile`, group: 'inline@1' },
    { menu: 'view/item/context', command: 'mysimbdp.editProfile', when: anyTenant, group: '2_look@1' },
    { menu: 'view/item/context', command: 'mysimbdp.checkProfile', when: `${item} == profile`, group: 'inline@2' },
    { menu: 'view/item/context', command: 'mysimbdp.checkProfile', when: anyTenant, group: '2_look@2' },
    { menu: 'view/item/context', command: 'mysimbdp.showTenantLog', when: anyTenant, group: '2_look@3' },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.enableTenant',
      when: `${item} == tenant.disabled`,
      group: '3_change@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.disableTenant',
      when: `${item} == tenant.enabled`,
      group: '3_change@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.registerTenant',
      when: `${item} == tenant.unregistered`,
      group: '3_change@1',
    },
    {
      menu: 'view/item/context',
      command: 'mysimbdp.removeTenant',
      when: anyTenant,
      group: '4_remove@1',
    },
    { menu: 'view/item/context', command: 'mysimbdp.addFiles', when: `${item} == staging`, group: 'inline@1' },
    { menu: 'view/item/context', command: 'mysimbdp.openStaging', when: `${item} == staging`, group: 'inline@2' },
    { menu: 'view/item/context', command: 'mysimbdp.addFiles', when: anyTenant, group: '1_run@2' },
    { menu: 'view/item/context', command: 'mysimbdp.openQuarantine', when: `${item} == quarantine`, group: 'inline@1' },
    { menu: 'view/item/context', command: 'mysimbdp.previewTable', when: `${item} == table`, group: 'inline@1' },
    {
      menu: 'editor/title',
      command: 'mysimbdp.checkProfiles',
      when: 'resourceFilename =~ /^(tenant|mysimbdp)\\.yaml$/ && mysimbdp.hasPlatform',
      group: 'navigation@1',
    },
    { menu: 'editor/title', command: 'mysimbdp.runBatchNow', when: inProfile, group: '1_mysimbdp@1' },
    { menu: 'editor/title', command: 'mysimbdp.showTenantLog', when: inProfile, group: '1_mysimbdp@2' },
    { menu: 'editor/title', command: 'mysimbdp.openStaging', when: inProfile, group: '1_mysimbdp@3' },
  ],
  // They are what was ingested, or was not: who looks at them is not to change them by a key.
  defaults: {
    'files.readonlyInclude': { '**/.mysimbdp/archive/**': true, '**/.mysimbdp/quarantine/**': true },
  },
  views: [{ id: 'mysimbdp.tenants', name: 'Tenants', when: 'mysimbdp.hasPlatform' }],
  viewsWelcome: [
    {
      view: 'mysimbdp.tenants',
      contents: 'The platform is not running.\n[Start Platform](command:mysimbdp.startPlatform)',
      when: 'mysimbdp.hasPlatform && !mysimbdp.isUp',
    },
    {
      view: 'mysimbdp.tenants',
      contents:
        'No tenant yet.\n[Add Tenant](command:mysimbdp.addTenant)\nA tenant brings a service profile, a staging directory and its ingestion apps.',
      when: 'mysimbdp.isUp',
    },
  ],
};
