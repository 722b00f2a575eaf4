import * as l10n from '@vscode/l10n';
import type { Plan } from '../../../tenants/profile-schema.ts';
import type { Choice, Step } from '../step.ts';
import { makesFolder, type TenantWizard } from '../tenant-wizard.ts';

export const planStep: Step<TenantWizard> = {
  id: 'plan',
  title: () => l10n.t('Plan'),
  shouldPrompt: (wizard) => makesFolder(wizard) && wizard.known.settings.plans.size > 0,
  async prompt(wizard, ui, place) {
    const plans = [...wizard.known.settings.plans].map(([name, plan]): Choice<string | null> => ({
      label: name,
      description: describe(plan),
      value: name,
    }));
    const without: Choice<string | null> = {
      label: l10n.t('No plan'),
      description: l10n.t('the defaults of the platform'),
      value: null,
    };
    const answer = await ui.pick(
      { choices: [...plans, without], prompt: l10n.t('The plan that the tenant subscribes to'), active: wizard.plan },
      place,
    );
    if (typeof answer === 'string') return answer;
    wizard.plan = answer.value;
    return 'next';
  },
};

function describe({ weight, guaranteed, batch }: Plan): string {
  const quota = batch?.quota;
  return [
    l10n.t('weight {0}', weight),
    guaranteed?.rowsPerSecond === undefined ? '' : l10n.t('{0} rows/s guaranteed', guaranteed.rowsPerSecond),
    quota?.rowsPerSecond === undefined ? '' : l10n.t('at most {0} rows/s', quota.rowsPerSecond),
    quota?.mbPerDay === undefined ? '' : l10n.t('{0} MB a day', quota.mbPerDay),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
