import type { Contributions } from './contribution.ts';

const step = (id: string, title: string, description: string, completionEvents: string[]) => ({
  id,
  title,
  description,
  media: { markdown: `media/walkthrough/${id}.md` },
  completionEvents,
});

/**
 * The way from an empty folder to rows in the panel. The editor ticks a step when its context comes true, but only behind the
 * moment when it first looks at the walkthrough; what was reached before is ticked by the commands that lead there.
 */
export const walkthroughContributions: Contributions = {
  other: {
    walkthroughs: [
      {
        id: 'start',
        title: 'Ingest Data for Your Tenants',
        description: 'From an empty folder to rows in the monitoring panel.',
        steps: [
          step(
            'folder',
            'Create a platform folder',
            'A platform is a folder with ``mysimbdp.yaml`` and one folder for each tenant.\n[Create Platform Folder](command:mysimbdp.createPlatform)\nOr look at one that is ready:\n[Open Demo Platform](command:mysimbdp.openDemo)',
            [
              'onContext:mysimbdp.hasPlatform',
              'onCommand:mysimbdp.createPlatform',
              'onCommand:mysimbdp.openPlatform',
              'onCommand:mysimbdp.openDemo',
            ],
          ),
          step(
            'start',
            'Start the platform',
            'The managers run in this window; runs are processes of their own.\n[Start Platform](command:mysimbdp.startPlatform)',
            ['onContext:mysimbdp.isUp', 'onCommand:mysimbdp.startPlatform'],
          ),
          step(
            'tenant',
            'Add a tenant',
            'The wizard proposes a table from a sample file and writes the service profile and the app.\n[Add Tenant](command:mysimbdp.addTenant)',
            ['onContext:mysimbdp.hasTenant', 'onCommand:mysimbdp.addTenant'],
          ),
          step(
            'ingest',
            'Ingest a file',
            'Put a file into the tenant’s staging directory; it is ingested as soon as it is complete.\n[Add Files to Staging…](command:mysimbdp.addFiles)',
            ['onContext:mysimbdp.hasRun', 'onCommand:mysimbdp.addFiles', 'onCommand:mysimbdp.ingestFile'],
          ),
          step(
            'watch',
            'Watch it',
            'Rates, runs, logs and statistics of all tenants, live.\n[Open Monitoring Panel](command:mysimbdp.openMonitor)',
            ['onCommand:mysimbdp.openMonitor'],
          ),
          step(
            'stop',
            'Stop the platform',
            'Runs finish what they have read; what is cut off is resumed by the next start.\n[Stop Platform](command:mysimbdp.stopPlatform)',
            ['onCommand:mysimbdp.stopPlatform'],
          ),
        ],
      },
    ],
  },
};
