import type { Contributions } from './contribution.ts';

/** The code of an app is in the editor. */
const inApp = 'mysimbdp.hasPlatform && resourcePath =~ /[\\\\/]tenants[\\\\/][^\\\\/]+[\\\\/]apps[\\\\/].+\\.m?[jt]s$/';
const onApp = 'view == mysimbdp.tenants && viewItem == app';

/** Trying an app on the first records of a file, and stepping through it. */
export const sampleContributions: Contributions = {
  activation: ['onDebugResolve:mysimbdp', 'onDebugDynamicConfigurations:mysimbdp'],
  commands: [
    {
      command: 'mysimbdp.runOnSample',
      title: 'Run App on Sample',
      needsTrust: true,
      icon: '$(beaker)',
      enablement: 'isWorkspaceTrusted',
      palette: 'mysimbdp.hasPlatform',
    },
    {
      command: 'mysimbdp.debugOnSample',
      title: 'Debug App on Sample',
      needsTrust: true,
      icon: '$(debug-alt)',
      enablement: 'isWorkspaceTrusted',
      palette: 'mysimbdp.hasPlatform',
    },
  ],
  menus: [
    { menu: 'editor/title/run', command: 'mysimbdp.runOnSample', when: inApp, group: 'navigation@1' },
    { menu: 'editor/title/run', command: 'mysimbdp.debugOnSample', when: inApp, group: 'navigation@2' },
    { menu: 'view/item/context', command: 'mysimbdp.runOnSample', when: onApp, group: 'inline@2' },
    { menu: 'view/item/context', command: 'mysimbdp.debugOnSample', when: onApp, group: '1_run@2' },
  ],
  other: {
    debuggers: [
      {
        type: 'mysimbdp',
        label: 'mysimbdp: App on Sample',
        languages: ['typescript', 'javascript'],
        when: 'mysimbdp.hasPlatform',
        configurationAttributes: {
          launch: {
            properties: {
              tenant: { type: 'string', description: 'The tenant; left out: the one whose app is in the editor.' },
              app: { type: 'string', description: 'The app of the tenant; left out: the one in the editor.' },
              file: {
                type: 'string',
                description:
                  'The sample file, relative to the platform folder; left out: the one that was chosen last, or one that is asked for.',
              },
              records: {
                type: 'integer',
                minimum: 1,
                maximum: 1000,
                default: 50,
                description: 'How many records from the start of the file.',
              },
            },
          },
        },
        initialConfigurations: [{ type: 'mysimbdp', request: 'launch', name: 'Debug app on sample' }],
        configurationSnippets: [
          {
            label: 'mysimbdp: Debug app on sample',
            description: 'Steps through wrangle of a tenant’s app with the first records of a file; nothing is stored.',
            body: {
              type: 'mysimbdp',
              request: 'launch',
              name: 'Debug app on sample',
              tenant: '${1:tenant}',
              app: '${2:app}',
            },
          },
        ],
      },
    ],
    keybindings: [
      {
        command: 'mysimbdp.debugOnSample',
        key: 'f5',
        when: `${inApp} && debuggersAvailable && debugState == 'inactive' && !mysimbdp.hasLaunchConfigurations`,
      },
    ],
  },
};
