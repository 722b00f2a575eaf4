import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from 'yaml';
import { isMap, isScalar, isSeq, parse, parseDocument, visit } from 'yaml';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { CsvProposal } from './csv-proposal.ts';
import { limitPath, type LimitKey } from './draft-limits.ts';
import type { CreatedTenant } from './scaffold.ts';
import { makeTenant, writeProposal } from './scaffold.ts';
import { splice } from './text-edits.ts';

/** Everything that was decided about a tenant before it is made. */
export interface TenantDraft {
  tenant: string;
  template: string;
  /** A plan of mysimbdp.yaml. */
  plan: string | null;
  /** Name of the table; null: as the template has it. */
  table: string | null;
  /** For the template that is shaped by a sample. */
  sample: { path: string; proposal: CsvProposal } | null;
  /** What the profile says itself; the rest comes from plan and platform. */
  limits: readonly (readonly [key: LimitKey, value: number])[];
  /** Whether a folder of the name that is there is put aside. */
  replace: boolean;
}

/** Makes the tenant's folder; it is not registered yet. @throws as `makeTenant` */
export async function createTenantFromDraft(folder: PlatformFolder, draft: TenantDraft): Promise<CreatedTenant> {
  const { tenant, template, plan, table, sample, limits, replace } = draft;
  return makeTenant(folder, { tenant, template, replace }, async (place) => {
    if (sample) {
      await writeProposal(place, sample.proposal, { tenant, sample: sample.path, table: table ?? 'records' });
    }
    const path = join(place, 'tenant.yaml');
    await writeFile(path, adjustedProfile(await readFile(path, 'utf8'), { plan, table, limits }));
    return sample?.proposal.notes ?? [];
  });
}

/** The text of a profile with plan, table and limits as they were decided; comments stay. */
export function adjustedProfile(
  text: string,
  { plan, table, limits }: Pick<TenantDraft, 'plan' | 'table' | 'limits'>,
): string {
  if (plan === null && table === null && limits.length === 0) return text;
  const document = parseDocument(text);
  if (table !== null) nameTable(document, table);
  // In front of the tables, where a reader looks for constraints.
  if (limits.some(([key]) => !limitPath(key).ofApp) && !document.has('batch')) insertAt(document, 1, 'batch', {});
  if (plan !== null) insertAt(document, 1, 'plan', plan);
  const apps: unknown = document.get('apps');
  const count = isSeq(apps) ? apps.items.length : 0;
  for (const [key, value] of limits) {
    const { path, ofApp } = limitPath(key);
    if (!ofApp) document.setIn(path, value);
    else for (let app = 0; app < count; app++) document.setIn(['apps', app, ...path], value);
  }
  return withTightLists(document.toString({ lineWidth: 0 }));
}

/** `[ a, b ]` as `[a, b]`: the library writes lists in brackets as wide as maps, unlike every profile. */
function withTightLists(text: string): string {
  const padding: number[] = [];
  visit(parseDocument(text), {
    Seq: (_, { flow, range, items }) => {
      if (flow !== true || !range || items.length === 0) return;
      const [start, end] = range;
      if (text.startsWith('[ ', start) && text.startsWith(' ]', end - 2)) padding.push(start + 1, end - 2);
    },
  });
  return padding.sort((a, b) => b - a).reduce((tight, at) => splice(tight, at, at + 1, ''), text);
}

function insertAt(document: Document, index: number, key: string, value: unknown): void {
  const map = document.contents;
  if (!isMap(map)) return;
  if (document.has(key)) {
    document.set(key, value);
    return;
  }
  const pair = document.createPair(key, value);
  // A section of its own, as in every profile.
  if (typeof value === 'object' && isScalar(pair.key)) pair.key.spaceBefore = true;
  map.items.splice(index, 0, pair);
}

/** Renames the only table; a template with several keeps its names. */
function nameTable(document: Document, table: string): void {
  const tables: unknown = document.get('tables');
  const [pair, another] = isMap(tables) ? tables.items : [];
  if (!pair || another || !isScalar(pair.key)) return;
  pair.key.value = table;
  document.setIn(['apps', 0, 'table'], table);
}

/** The file that holds the code of the tenant's first app, absolute; undefined when none can be told. */
export async function appFile(folder: PlatformFolder, tenant: string): Promise<string | undefined> {
  const profile = parse(await readFile(folder.profile(tenant), 'utf8')) as {
    apps?: { name?: string; entry?: string; command?: string[] }[];
  } | null;
  const [app] = profile?.apps ?? [];
  if (app?.entry !== undefined) return join(folder.tenant(tenant), app.entry);
  const place = join(folder.tenant(tenant), 'apps', app?.name ?? '');
  const files = await readdir(place).catch((): string[] => []);
  const file = app?.command?.find((word) => files.includes(word));
  return file === undefined ? undefined : join(place, file);
}
