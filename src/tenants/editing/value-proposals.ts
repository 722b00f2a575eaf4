import { readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { defaults } from '../defaults.ts';
import { pathKind } from '../tenant-paths.ts';
import type { YamlPath } from '../yaml-source.ts';
import { valueAt } from '../yaml-source.ts';
import type { Surrounded } from './edited-file.ts';
import type { Proposal } from './proposal.ts';
import type { SampleColumn } from './samples.ts';
import { listSamples, sampleColumns, sampleFor } from './samples.ts';
import { tenantFolders } from './tenant-folders.ts';
import { matches } from './yaml-tree.ts';

/** A name or text that fits a place, and one line about it. */
export interface FittingName {
  text: string;
  /** What is shown, when the text says little. */
  label?: string;
  kind: Proposal['kind'];
  detail?: string;
}

/** An edited file with its value, which the text may not have while it is being typed. */
export interface EditedValue extends Surrounded {
  value: unknown;
}

type Source = (edited: EditedValue, path: YamlPath) => FittingName[] | Promise<FittingName[]>;

const inProfile: readonly [pattern: string, source: Source][] = [
  ['tenant', ({ tenant = '' }) => [{ text: tenant, kind: 'value', detail: 'the name of the folder' }]],
  ['plan', ({ platform }) => (platform.planNames ?? []).map((text) => ({ text, kind: 'plan' }))],
  ['batch.files.extensions.#', ({ platform }) => plain(platform.known.limits.extensions ?? [])],
  ['tables.*.columns.*', columnTypes],
  ['tables.*.partitionKey.#', keyColumns],
  ['tables.*.clusteringKey.#', keyColumns],
  ['apps.#.table', ({ value }) => keysInUse(value, ['tables']).map((text) => ({ text, kind: 'table' }))],
  ['apps.#.files', globs],
  ['apps.#.entry', entries],
  ['apps.#.schedule', schedules],
  ['apps.#.format.columns.#', titles],
  ['apps.#.format.delimiter', delimiters],
];

const inPlatform: readonly [pattern: string, source: Source][] = [
  ['timeZone', () => plain(['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')])],
  ['limits.extensions.#', () => plain(defaults.limits.extensions)],
  ['plans.*.batch.files.extensions.#', ({ platform }) => plain(platform.known.limits.extensions ?? [])],
  ['tenants.#.name', unregistered],
];

/** The names that a place can have beyond what its schema lists. */
export async function namesAt(path: YamlPath, edited: EditedValue): Promise<FittingName[]> {
  const sources = edited.tenant === undefined ? inPlatform : inProfile;
  const [, source] = sources.find(([pattern]) => matches(path, pattern)) ?? [];
  return source ? await source(edited, path) : [];
}

/** The keys of a map. */
export function keysInUse(value: unknown, path: YamlPath): string[] {
  const map = valueAt(value, path);
  return typeof map === 'object' && map !== null && !Array.isArray(map) ? Object.keys(map) : [];
}

/** The columns of a file that goes into a table: of the first app that writes it, and of which there is a sample. */
export async function columnsForTable(
  { folder, tenant = '', value }: EditedValue,
  table: string,
): Promise<SampleColumn[]> {
  const apps = valueAt(value, ['apps']);
  for (const app of Array.isArray(apps) ? (apps as unknown[]) : []) {
    const files = valueAt(app, ['files']);
    if (valueAt(app, ['table']) !== table || typeof files !== 'string') continue;
    const sample = await sampleFor(folder, tenant, files);
    const columns = sample ? await sampleColumns(sample) : [];
    if (columns.length > 0) return columns;
  }
  return [];
}

/** The type that the column has in a sample. */
async function columnTypes(edited: EditedValue, path: YamlPath): Promise<FittingName[]> {
  const columns = await columnsForTable(edited, String(path[1]));
  return columns
    .filter(({ name }) => name === path[3])
    .map(({ type, title }) => ({ text: type, kind: 'type', detail: `fits ${title} of the sample` }));
}

function keyColumns({ value }: EditedValue, path: YamlPath): FittingName[] {
  const table = path.slice(0, 2);
  const used = ['partitionKey', 'clusteringKey'].flatMap((key) => {
    const columns = valueAt(value, [...table, key]);
    return Array.isArray(columns) ? (columns as unknown[]) : [];
  });
  return keysInUse(value, [...table, 'columns'])
    .filter((column) => !used.includes(column))
    .map((text) => ({ text, kind: 'column', detail: String(valueAt(value, [...table, 'columns', text])) }));
}

async function globs({ folder, tenant = '', platform, value }: EditedValue): Promise<FittingName[]> {
  const own = valueAt(value, ['batch', 'files', 'extensions']);
  const taken = Array.isArray(own) ? own.map(String) : (platform.known.limits.extensions ?? []);
  const staged = (await listSamples(folder, tenant)).map(({ name }) => name.slice(name.indexOf('/') + 1));
  const count = (extension: string) => staged.filter((name) => name.endsWith(`.${extension}`)).length;
  return taken
    .map((extension) => ({ extension, files: count(extension) }))
    .sort((a, b) => b.files - a.files)
    .map(({ extension, files }) => ({
      text: `*.${extension}`,
      kind: 'file',
      ...(files > 0 ? { detail: files === 1 ? '1 file is there' : `${files} files are there` } : {}),
    }));
}

async function entries({ folder, tenant = '', value }: EditedValue, path: YamlPath): Promise<FittingName[]> {
  const name = valueAt(value, ['apps', Number(path[1]), 'name']);
  const usual = typeof name === 'string' ? [`apps/${name}/app.ts`] : [];
  if ((await pathKind(folder.tenant(tenant), 'apps')) !== 'folder')
    return usual.map((text) => ({ text, kind: 'file' }));
  const found = await readdir(`${folder.tenant(tenant)}/apps`, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of found.filter((one) => one.isDirectory()).slice(0, 100)) {
    const inside = await readdir(`${folder.tenant(tenant)}/apps/${entry.name}`).catch(() => []);
    files.push(
      ...inside.filter((file) => /^\.[cm]?[jt]s$/.test(extname(file))).map((file) => `apps/${entry.name}/${file}`),
    );
  }
  return [...new Set([...files, ...usual])].map((text) => ({ text, kind: 'file' }));
}

function delimiters(): FittingName[] {
  return [{ text: '\t', label: 'tab', kind: 'value' }, ...plain([',', ';', '|'])];
}

function schedules(): FittingName[] {
  const kinds: readonly [text: string, detail: string][] = [
    ['on-arrival', 'as soon as a file is complete (default)'],
    ['manual', 'only on demand'],
    ['0 * * * *', 'every hour'],
    ['0 2 * * *', 'every night at two, in the time zone of the platform'],
    ['0 6 * * 1', 'every Monday at six'],
    ['@daily', 'every midnight'],
  ];
  return kinds.map(([text, detail]) => ({ text, detail, kind: 'value' }));
}

async function titles({ folder, tenant = '', value }: EditedValue, path: YamlPath): Promise<FittingName[]> {
  const app = valueAt(value, ['apps', Number(path[1])]);
  const files = valueAt(app, ['files']);
  const sample = typeof files === 'string' ? await sampleFor(folder, tenant, files) : undefined;
  const used = valueAt(app, ['format', 'columns']);
  return (sample ? await sampleColumns(sample) : [])
    .filter(({ title }) => !(Array.isArray(used) && used.includes(title)))
    .map(({ title, type }) => ({ text: title, kind: 'column', detail: type }));
}

async function unregistered({ folder, value }: EditedValue): Promise<FittingName[]> {
  const list = valueAt(value, ['tenants']);
  const used = Array.isArray(list) ? list.map((one) => valueAt(one, ['name'])) : [];
  const free = (await tenantFolders(folder)).filter((name) => !used.includes(name));
  return free.map((text) => ({ text, kind: 'value', detail: 'present, not registered' }));
}

function plain(texts: readonly string[]): FittingName[] {
  return texts.map((text) => ({ text, kind: 'value' }));
}
