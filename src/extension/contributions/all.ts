import { batchContributions } from './batch.ts';
import type { CommandContribution, Contributions } from './contribution.ts';
import { monitorContributions } from './monitor.ts';
import { separateTexts } from './package-texts.ts';
import { platformContributions } from './platform.ts';
import { sampleContributions } from './sample.ts';
import { tenantContributions } from './tenants.ts';
import { walkthroughContributions } from './walkthrough.ts';
import { wizardContributions } from './wizard.ts';

/** Every concept that adds something to the editor, in the order in which the views stand. */
const parts: readonly Contributions[] = [
  platformContributions,
  wizardContributions,
  tenantContributions,
  batchContributions,
  sampleContributions,
  monitorContributions,
  walkthroughContributions,
];

const container = 'mysimbdp';

/** package.json's `activationEvents`. */
export function activationEvents(): string[] {
  return parts.flatMap((part) => part.activation ?? []);
}

/** Every command, in the order in which they are declared. */
export function allCommands(): readonly CommandContribution[] {
  return parts.flatMap((part) => part.commands ?? []);
}

/** package.json's `contributes`, and the texts of it: package.nls.json. */
export function allContributions(): { contributes: Record<string, unknown>; texts: Record<string, string> } {
  return separateTexts(contributionsInEnglish());
}

function contributionsInEnglish(): Record<string, unknown> {
  const commands = allCommands();
  const menus = new Map<string, unknown[]>();
  const add = (menu: string, item: unknown) => menus.set(menu, [...(menus.get(menu) ?? []), item]);
  for (const { command, palette } of commands)
    if (palette !== undefined) add('commandPalette', { command, when: palette });
  for (const { menu, ...item } of parts.flatMap((part) => part.menus ?? [])) add(menu, item);
  const properties = parts
    .flatMap((part) => part.settings ?? [])
    .map(
      ({ key, schema, description, scope }) => [key, { ...schema, markdownDescription: description, scope }] as const,
    );
  const other = new Map<string, unknown[]>();
  for (const part of parts) {
    for (const [point, items] of Object.entries(part.other ?? {}))
      other.set(point, [...(other.get(point) ?? []), ...items]);
  }
  return {
    commands: commands.map(({ command, title, icon, enablement }) => ({
      command,
      title,
      category: 'mysimbdp',
      ...(icon === undefined ? {} : { icon }),
      ...(enablement === undefined ? {} : { enablement }),
    })),
    menus: Object.fromEntries([...menus].sort(([a], [b]) => (a < b ? -1 : 1))),
    configuration: { title: 'mysimbdp', properties: Object.fromEntries(properties) },
    configurationDefaults: Object.fromEntries(parts.flatMap((part) => Object.entries(part.defaults ?? {}))),
    viewsContainers: { activitybar: [{ id: container, title: 'mysimbdp', icon: 'media/activity.svg' }] },
    views: { [container]: parts.flatMap((part) => part.views ?? []) },
    viewsWelcome: parts.flatMap((part) => part.viewsWelcome ?? []),
    yamlValidation: [
      { fileMatch: 'mysimbdp.yaml', url: './media/mysimbdp.schema.json' },
      { fileMatch: 'tenants/*/tenant.yaml', url: './media/tenant.schema.json' },
    ],
    ...Object.fromEntries(other),
  };
}
