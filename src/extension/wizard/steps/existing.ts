import * as l10n from '@vscode/l10n';
import type { Choice, Step } from '../step.ts';
import type { TenantWizard } from '../tenant-wizard.ts';

/** Asks what becomes of a folder that has the tenant's name already. */
export const existingStep: Step<TenantWizard> = {
  id: 'existing',
  title: () => l10n.t('Folder'),
  shouldPrompt: ({ known, tenant }) => known.folders.has(tenant),
  async prompt(wizard, ui, place) {
    const { known, tenant, existing } = wizard;
    const register: Choice<'register' | 'replace'> = {
      label: `$(check) ${l10n.t('Register it as it is')}`,
      detail: l10n.t('Nothing in tenants/{0} changes.', tenant),
      value: 'register',
    };
    const replace: Choice<'register' | 'replace'> = {
      label: `$(replace) ${l10n.t('Replace it')}`,
      detail: l10n.t('What is in tenants/{0} now is kept below .mysimbdp/replaced.', tenant),
      value: 'replace',
    };
    const answer = await ui.pick(
      {
        choices: known.present.has(tenant) ? [register, replace] : [replace],
        prompt: l10n.t('There is a folder tenants/{0} already', tenant),
        ...(existing ? { active: existing } : {}),
      },
      place,
    );
    if (typeof answer === 'string') return answer;
    wizard.existing = answer.value;
    return 'next';
  },
};
