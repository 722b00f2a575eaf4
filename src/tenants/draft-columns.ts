import type { CsvProposal, SampleProposal } from './csv-proposal.ts';

/** What somebody has decided about the columns of a sample. */
export interface ColumnChoices {
  /** Names of the columns that the table gets, in the order of the file. */
  keep: readonly string[];
  /** CQL types by name, where they are not the proposed ones. */
  types: Readonly<Record<string, string>>;
  partitionKey: readonly string[];
  clusteringKey: readonly string[];
}

/** The choices that change nothing about the proposal. */
export function proposedChoices({ proposal }: SampleProposal): ColumnChoices {
  const { names, partitionKey, clusteringKey } = proposal;
  return { keep: names, types: {}, partitionKey, clusteringKey };
}

/** The proposal as it was decided: columns left out, types changed, the key chosen, which may hold the added `row_id`. */
export function chosenProposal(
  { proposal, columns, rowId }: SampleProposal,
  { keep, types, partitionKey, clusteringKey }: ColumnChoices,
): CsvProposal {
  const kept = new Set(keep);
  const shown = columns.filter(({ name }) => kept.has(name));
  const key = [...partitionKey, ...clusteringKey];
  const needsRowId = key.includes(rowId);
  const unchanged =
    partitionKey.join() === proposal.partitionKey.join() && clusteringKey.join() === proposal.clusteringKey.join();
  return {
    ...proposal,
    columns: Object.fromEntries([
      ...(needsRowId ? [[rowId, 'uuid'] as const] : []),
      ...shown.map(({ name, type }) => [name, types[name] ?? type] as const),
    ]),
    partitionKey: [...partitionKey],
    clusteringKey: [...clusteringKey],
    header: shown.map(({ title }) => title),
    names: shown.map(({ name }) => name),
    needsRowId,
    // The last note is about the key that was proposed.
    notes: unchanged ? proposal.notes : proposal.notes.slice(0, -1),
  };
}

/** The places of key columns in the header; undefined when the added `row_id` is among them, which is always unique. */
export function keyIndexes(
  { columns, rowId }: SampleProposal,
  { partitionKey, clusteringKey }: ColumnChoices,
): number[] | undefined {
  const key = [...partitionKey, ...clusteringKey];
  return key.includes(rowId) ? undefined : key.map((name) => columns.findIndex((column) => column.name === name));
}
