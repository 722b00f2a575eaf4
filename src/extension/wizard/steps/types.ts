import * as l10n from '@vscode/l10n';
import { cqlScalars } from '../../../coredms/cql-types.ts';
import type { SampleColumn } from '../../../tenants/csv-proposal.ts';
import type { Answer, Choice, Place, Step, WizardUi } from '../step.ts';
import { makesFolder, usedSample, type ChosenSample, type TenantWizard } from '../tenant-wizard.ts';
import { detailOf } from './columns.ts';

/** Lets the types of the kept columns be changed, one after another. */
export const typesStep: Step<TenantWizard> = {
  id: 'types',
  title: () => l10n.t('Types'),
  shouldPrompt: (wizard) => makesFolder(wizard) && usedSample(wizard) !== undefined,
  async prompt(wizard, ui, place) {
    const sample = usedSample(wizard);
    if (!sample) return 'next';
    for (;;) {
      const answer = await ui.pick(
        { choices: entriesOf(sample), prompt: l10n.t('Go on, or pick a column to change its type') },
        place,
      );
      if (typeof answer === 'string') return answer;
      const column = answer.value;
      if (column === null) return 'next';
      const type = await askType(column, typeOf(sample, column), ui, place);
      if (type === 'cancel') return 'cancel';
      if (type !== 'back') setType(sample, column, type.value);
    }
  },
};

function entriesOf(sample: ChosenSample): Choice<SampleColumn | null>[] {
  const kept = new Set(sample.choices.keep);
  const goOn: Choice<SampleColumn | null> = { label: `$(check) ${l10n.t('Go on with these types')}`, value: null };
  return [
    goOn,
    ...sample.seen.columns
      .filter(({ name }) => kept.has(name))
      .map((column) => {
        const type = typeOf(sample, column);
        return {
          label: column.name,
          description: type === column.type ? type : l10n.t('{0} (the sample suggests {1})', type, column.type),
          detail: detailOf(column),
          value: column,
        };
      }),
  ];
}

function askType(column: SampleColumn, type: string, ui: WizardUi, place: Place): Promise<Answer<string>> {
  return ui.pick(
    {
      choices: cqlScalars.map((scalar) => ({
        label: scalar,
        ...(scalar === column.type ? { description: l10n.t('suggested by the sample') } : {}),
        value: scalar,
      })),
      prompt: l10n.t('The CQL type of {0}', column.name),
      active: type,
    },
    { ...place, title: `${place.title}: ${column.name}`, canGoBack: true },
  );
}

function typeOf({ choices }: ChosenSample, { name, type }: SampleColumn): string {
  return choices.types[name] ?? type;
}

function setType(sample: ChosenSample, { name, type }: SampleColumn, chosen: string): void {
  const others = Object.entries(sample.choices.types).filter(([other]) => other !== name);
  const types = Object.fromEntries(chosen === type ? others : [...others, [name, chosen]]);
  sample.choices = { ...sample.choices, types };
}
