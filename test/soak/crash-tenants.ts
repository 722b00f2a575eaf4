import type { TenantFixture } from '../platform/platform-fixture.ts';

export interface AppKind {
  form: 'module' | 'command';
  stateful: boolean;
}

export const appKinds: readonly AppKind[] = [
  { form: 'module', stateful: false },
  { form: 'command', stateful: false },
  { form: 'module', stateful: true },
  { form: 'command', stateful: true },
];

/** Runs that a tenant has at one time, at most. */
export const runsOfTenant = 2;

export function tenantName({ form, stateful }: AppKind): string {
  return `${form}_${stateful ? 'stateful' : 'stateless'}`;
}

/** What both forms do with a record. A stateful app writes how many records it has seen into its rows. */
const wrangling = `
let seen = 0;
function rowsOf({ origin, id, name, amount, note }) {
  seen++;
  if (note === 'exit') process.exit(7);
  if (note === 'drop') return [];
  if (note === 'throw') throw new Error('the app does not want it');
  const row = (part, value) => ({ origin, id, part, name: name?.trim(), amount: value, seen: stateful ? seen : null });
  if (note === 'thrice') return [1, 2, 3].map((part) => row(part, amount));
  // The second row does not fit, so nothing of the record may be stored.
  if (note === 'half') return [row(1, amount), row(2, 'much')];
  return [row(1, amount)];
}
`;

const moduleApp = `
import { defineBatchApp } from 'mysimbdp/sdk';
${wrangling}
export default defineBatchApp({ wrangle: (row) => rowsOf(row) });
`;

/** In Node, so that nothing else has to be installed. */
const commandApp = `
import { createInterface } from 'node:readline';
${wrangling}
const answer = ({ id, row }) => {
  try {
    return { id, rows: rowsOf(row) };
  } catch (error) {
    return { id, reject: error.message };
  }
};
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\\n');
}
`;

export function isStateful(tenant: string): boolean {
  return tenant.endsWith('_stateful');
}

/** A tenant with one app for CSV files (plain and gzipped) and one for NDJSON. @param rowsPerSecond null for no quota */
export function crashTenant(kind: AppKind, rowsPerSecond: number | null): TenantFixture {
  const { form, stateful } = kind;
  const file = form === 'module' ? 'app.ts' : 'app.mjs';
  const code = (name: string) =>
    form === 'module' ? `entry: apps/${name}/${file}` : `command: [${JSON.stringify(process.execPath)}, ${file}]`;
  const app = (name: string, files: string, format: string) => `
  - name: ${name}
    kind: batch
    ${code(name)}
    stateful: ${stateful}
    files: "${files}"
    format: { type: ${format} }
    table: items`;
  const source = `const stateful = ${stateful};${form === 'module' ? moduleApp : commandApp}`;
  return {
    name: tenantName(kind),
    profile: `
batch: { files: { settleSeconds: 0, maxFiles: 2 }, concurrency: ${runsOfTenant}${rowsPerSecond === null ? '' : `, quota: { rowsPerSecond: ${rowsPerSecond} }`} }
tables:
  items:
    columns: { origin: text, id: int, part: int, name: text, amount: decimal, seen: int }
    partitionKey: [origin]
    clusteringKey: [id, part]
apps:${app('delimited', '*.csv*', 'csv')}${app('objects', '*.ndjson', 'ndjson')}
`,
    files: { [`apps/delimited/${file}`]: source, [`apps/objects/${file}`]: source },
  };
}
