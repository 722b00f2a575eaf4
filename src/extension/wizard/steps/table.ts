import * as l10n from '@vscode/l10n';
import { sampleTemplate } from '../../../tenants/scaffold.ts';
import type { Step } from '../step.ts';
import { makesFolder, proposedTable, type TenantWizard } from '../tenant-wizard.ts';
import { nameProblem } from './name.ts';

/** The apps of the other templates are written for their tables. */
export const tableStep: Step<TenantWizard> = {
  id: 'table',
  title: () => l10n.t('Table'),
  shouldPrompt: (wizard) => makesFolder(wizard) && wizard.template === sampleTemplate,
  async prompt(wizard, ui, place) {
    const answer = await ui.input(
      {
        value: wizard.table || proposedTable(wizard),
        prompt: l10n.t('Name of the table in the keyspace of {0}', wizard.tenant),
        problem: nameProblem,
      },
      place,
    );
    if (typeof answer === 'string') return answer;
    // What is only proposed follows the sample when that is changed.
    wizard.table = answer.value === proposedTable(wizard) ? '' : answer.value;
    return 'next';
  },
};
