import * as l10n from '@vscode/l10n';
import { isName, maxNameLength } from '../../../foundation/names.ts';
import { nearestName } from '../../../tenants/schema-diagnostics.ts';
import type { Step } from '../step.ts';
import type { TenantWizard } from '../tenant-wizard.ts';

/** Why a text is no name, with one that would be; undefined when it is one. */
export function nameProblem(text: string): string | undefined {
  if (isName(text)) return undefined;
  const rule = l10n.t('Lower-case letters, digits and single underscores, at most {0} characters.', maxNameLength);
  const near = nearestName(text);
  return near === undefined || near === text ? rule : `${rule} ${l10n.t('How about {0}?', near)}`;
}

/** Why a new tenant cannot have the name. */
export function tenantNameProblem(text: string, registered: ReadonlySet<string>): string | undefined {
  const problem = nameProblem(text);
  if (problem !== undefined || !registered.has(text)) return problem;
  return `${l10n.t('The tenant {0} is registered already.', text)} ${l10n.t('How about {0}?', freeName(text, registered))}`;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 2; ; n++) {
    const ending = `_${n}`;
    const free = name.slice(0, maxNameLength - ending.length).replace(/_+$/, '') + ending;
    if (!taken.has(free)) return free;
  }
}

export const nameStep: Step<TenantWizard> = {
  id: 'name',
  title: () => l10n.t('Name'),
  shouldPrompt: () => true,
  async prompt(wizard, ui, place) {
    const { registered, folders } = wizard.known;
    const answer = await ui.input(
      {
        value: wizard.tenant,
        prompt: l10n.t('Name of the tenant, which its folder gets too'),
        placeholder: 'gift_card',
        problem: (text) => tenantNameProblem(text, registered),
      },
      place,
    );
    if (typeof answer === 'string') return answer;
    if (answer.value !== wizard.tenant || !folders.has(answer.value)) wizard.existing = undefined;
    wizard.tenant = answer.value;
    return 'next';
  },
};
