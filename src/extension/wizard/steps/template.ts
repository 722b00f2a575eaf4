import * as l10n from '@vscode/l10n';
import { sampleTemplate } from '../../../tenants/scaffold.ts';
import type { Step } from '../step.ts';
import { makesFolder, type TenantWizard } from '../tenant-wizard.ts';

export const templateStep: Step<TenantWizard> = {
  id: 'template',
  title: () => l10n.t('Template'),
  shouldPrompt: (wizard) => makesFolder(wizard) && !wizard.fixedSample,
  async prompt(wizard, ui, place) {
    // The one that fits any file first.
    const templates = [...wizard.templates].sort(
      (a, b) => Number(b.name === sampleTemplate) - Number(a.name === sampleTemplate),
    );
    const answer = await ui.pick(
      {
        choices: templates.map(({ name, title, description }) => ({ label: title, detail: description, value: name })),
        prompt: l10n.t('What the app and its profile are made from'),
        ...(wizard.template ? { active: wizard.template } : {}),
      },
      place,
    );
    if (typeof answer === 'string') return answer;
    wizard.template = answer.value;
    return 'next';
  },
};
