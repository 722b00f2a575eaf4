import * as l10n from '@vscode/l10n';
import { keyTypeError, parseCqlType } from '../../../coredms/cql-types.ts';
import type { Choice, Step } from '../step.ts';
import { examineKey, makesFolder, usedSample, type ChosenSample, type TenantWizard } from '../tenant-wizard.ts';
import { detailOf } from './columns.ts';

const maxKeyColumns = 20;

const applies = (wizard: TenantWizard) => makesFolder(wizard) && usedSample(wizard) !== undefined;

/** Columns that decide where a row lives. */
export const partitionKeyStep: Step<TenantWizard> = {
  id: 'partition-key',
  title: () => l10n.t('Partition Key'),
  shouldPrompt: applies,
  async prompt(wizard, ui, place) {
    const sample = usedSample(wizard);
    if (!sample) return 'next';
    const { partitionKey, clusteringKey } = sample.choices;
    const answer = await ui.pickMany(
      {
        choices: keyChoices(sample, partitionKey, []),
        prompt: l10n.t('Columns by which rows are spread and found together'),
        problem: (chosen) =>
          chosen.length === 0 ? l10n.t('A partition key needs at least one column.') : tooMany(chosen),
      },
      place,
    );
    if (typeof answer === 'string') return answer;
    sample.choices = {
      ...sample.choices,
      partitionKey: answer.value,
      clusteringKey: clusteringKey.filter((name) => !answer.value.includes(name)),
    };
    return 'next';
  },
};

/** Columns that, with the partition key, make a row unique. */
export const clusteringKeyStep: Step<TenantWizard> = {
  id: 'clustering-key',
  title: () => l10n.t('Clustering Key'),
  shouldPrompt: applies,
  async prompt(wizard, ui, place) {
    const sample = usedSample(wizard);
    if (!sample) return 'next';
    const { partitionKey, clusteringKey } = sample.choices;
    const answer = await ui.pickMany(
      {
        choices: keyChoices(sample, clusteringKey, partitionKey),
        prompt: l10n.t('Columns that with {0} make a row unique; none is fine', partitionKey.join(' + ')),
        problem: tooMany,
      },
      place,
    );
    if (typeof answer === 'string') return answer;
    sample.choices = { ...sample.choices, clusteringKey: answer.value };
    await ui.busy(l10n.t('Looking whether the key is unique'), () => examineKey(wizard.samples, sample));
    return 'next';
  },
};

/** The columns that can be in a key: the chosen ones first, in their order, which is that of the key. */
function keyChoices({ seen, choices }: ChosenSample, chosen: readonly string[], without: readonly string[]) {
  const columns = seen.columns.flatMap((column): Choice<string>[] => {
    const { name } = column;
    const type = choices.types[name] ?? column.type;
    const parsed = parseCqlType(type);
    if (!choices.keep.includes(name) || 'error' in parsed || keyTypeError(parsed) !== undefined) return [];
    const values =
      seen.rows === 1
        ? l10n.t('{0}, 1 row', type)
        : l10n.t('{0}, {1} different values in {2} rows', type, column.distinct, seen.rows);
    return [{ label: name, description: values, detail: detailOf(column), value: name }];
  });
  const rowId: Choice<string> = {
    label: seen.rowId,
    description: 'uuid',
    detail: l10n.t('Added by the app: unique, and the same whenever the file is read again.'),
    value: seen.rowId,
  };
  const rank = ({ value }: Choice<string>) => (chosen.includes(value) ? chosen.indexOf(value) : chosen.length);
  return [...columns, rowId]
    .filter(({ value }) => !without.includes(value))
    .map((choice) => ({ ...choice, picked: chosen.includes(choice.value) }))
    .sort((a, b) => rank(a) - rank(b));
}

function tooMany(chosen: readonly string[]): string | undefined {
  return chosen.length > maxKeyColumns ? l10n.t('A key takes at most {0} columns.', maxKeyColumns) : undefined;
}
