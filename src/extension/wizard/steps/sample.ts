import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import { messageOf } from '../../../foundation/errors.ts';
import { proposedChoices } from '../../../tenants/draft-columns.ts';
import { sampleTemplate } from '../../../tenants/scaffold.ts';
import type { Choice, Step, WizardUi } from '../step.ts';
import { makesFolder, type ChosenSample, type TenantWizard } from '../tenant-wizard.ts';

type Source = 'known' | 'open' | 'none';

/** Asks for a file as the tenant will deliver it; columns, types and keys are proposed from it. */
export const sampleStep: Step<TenantWizard> = {
  id: 'sample',
  title: () => l10n.t('Sample File'),
  shouldPrompt: (wizard) => makesFolder(wizard) && wizard.template === sampleTemplate && !wizard.fixedSample,
  async prompt(wizard, ui, place) {
    for (;;) {
      const { sample } = wizard;
      const answer = await ui.pick(
        {
          choices: sourcesOf(sample),
          prompt: l10n.t('A file as the tenant will deliver it, to propose columns, types and keys from'),
          ...(sample === null ? { active: 'none' as const } : {}),
        },
        place,
      );
      if (typeof answer === 'string') return answer;
      if (answer.value === 'known') return 'next';
      if (answer.value === 'none') {
        wizard.sample = null;
        return 'next';
      }
      const chosen = await openSample(wizard, ui);
      if (chosen) {
        wizard.sample = chosen;
        return 'next';
      }
    }
  },
};

function sourcesOf(sample: TenantWizard['sample']): Choice<Source>[] {
  return [
    ...(sample
      ? [{ label: `$(file) ${basename(sample.path)}`, description: sample.path, value: 'known' as const }]
      : []),
    { label: `$(folder-opened) ${l10n.t('Choose a file…')}`, value: 'open' },
    {
      label: `$(circle-slash) ${l10n.t('No sample file')}`,
      detail: l10n.t('Profile and app are examples, to be written for your files.'),
      value: 'none',
    },
  ];
}

async function openSample({ sample, samples }: TenantWizard, ui: WizardUi): Promise<ChosenSample | undefined> {
  const path = await ui.openFile(l10n.t('Sample file'), {
    [l10n.t('Delimited text')]: ['csv', 'tsv', 'txt', 'gz'],
    [l10n.t('All files')]: ['*'],
  });
  if (path === undefined) return undefined;
  if (path === sample?.path) return sample;
  try {
    const seen = await ui.busy(l10n.t('Reading {0}', basename(path)), () => samples.examineSample(path));
    return { path, seen, choices: proposedChoices(seen) };
  } catch (error) {
    ui.tell(l10n.t('{0} cannot be used as a sample: {1}', basename(path), messageOf(error)));
    return undefined;
  }
}
