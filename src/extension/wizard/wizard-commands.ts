import type { CommandHandler } from '../commands/command.ts';

/** What makes platforms and tenants; each is loaded with its first use. */
export const wizardCommands: Record<string, CommandHandler> = {
  'mysimbdp.addTenant': async (services, from) => {
    await (await import('./add-tenant.ts')).addTenant(services, from);
  },
  'mysimbdp.createPlatform': async (services) => (await import('./create-platform.ts')).createPlatform(services),
  'mysimbdp.openPlatform': async (services) => (await import('./open-platform.ts')).openPlatform(services),
  'mysimbdp.openDemo': async (services) => (await import('./open-demo.ts')).openDemo(services),
  'mysimbdp.ingestFile': async (services, file, files) =>
    (await import('../ingest/ingest-file.ts')).ingestFile(services, file, files),
};
