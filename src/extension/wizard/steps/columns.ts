import * as l10n from '@vscode/l10n';
import type { SampleColumn } from '../../../tenants/csv-proposal.ts';
import type { Step } from '../step.ts';
import { makesFolder, usedSample, type TenantWizard } from '../tenant-wizard.ts';

/** Which columns of the sample the table gets. */
export const columnsStep: Step<TenantWizard> = {
  id: 'columns',
  title: () => l10n.t('Columns'),
  shouldPrompt: (wizard) => makesFolder(wizard) && usedSample(wizard) !== undefined,
  async prompt(wizard, ui, place) {
    const sample = usedSample(wizard);
    if (!sample) return 'next';
    const { choices, seen } = sample;
    const kept = new Set(choices.keep);
    const answer = await ui.pickMany(
      {
        choices: seen.columns.map((column) => ({
          label: column.name,
          description: choices.types[column.name] ?? column.type,
          detail: detailOf(column),
          picked: kept.has(column.name),
          value: column.name,
        })),
        prompt: l10n.t('The columns that the table gets'),
        problem: (chosen) => (chosen.length === 0 ? l10n.t('A table needs at least one column.') : undefined),
      },
      place,
    );
    if (typeof answer === 'string') return answer;
    const keep = seen.columns.map(({ name }) => name).filter((name) => answer.value.includes(name));
    const available = new Set([...keep, seen.rowId]);
    sample.choices = {
      ...choices,
      keep,
      partitionKey: choices.partitionKey.filter((name) => available.has(name)),
      clusteringKey: choices.clusteringKey.filter((name) => available.has(name)),
    };
    return 'next';
  },
};

/** `Cost Total $: 0, 1483` */
export function detailOf({ title, examples, hasEmpty }: SampleColumn): string {
  const values = examples.join(', ');
  const empty = hasEmpty ? ` (${l10n.t('some without a value')})` : '';
  return `${title}: ${values}${empty}`;
}
