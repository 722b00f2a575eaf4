import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { PlatformError, systemCode } from '../foundation/errors.ts';
import { isName, maxNameLength } from '../foundation/names.ts';
import { PlatformFolder } from '../foundation/platform-folder.ts';
import { packageRoot } from '../foundation/programs.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import { proposeFromSample, type CsvProposal } from './csv-proposal.ts';
import { proposedApp, proposedProfile } from './csv-template.ts';
import { defaults } from './defaults.ts';
import { refreshEditorSupport } from './editor-support.ts';
import { nearestName } from './schema-diagnostics.ts';
import { platformFileText, profileModeline, tsconfigText } from './scaffold-texts.ts';

/** Makes a platform folder in `dir`, which may exist and have other files. Throws ALREADY_A_PLATFORM_FOLDER, INVALID_NAME. */
export async function createPlatformFolder(dir: string, name: string): Promise<PlatformFolder> {
  if (!isName(name)) throw invalidName('platform', name);
  const folder = new PlatformFolder(dir);
  await mkdir(folder.tenants, { recursive: true });
  await writeNew(folder.platformFile, platformFileText(name), () => alreadyAPlatformFolder(dir));
  await ignoreState(join(dir, '.gitignore'));
  await writeNew(join(dir, 'tsconfig.json'), tsconfigText);
  await refreshEditorSupport(folder);
  return folder;
}

const templateFile = z.object({ title: z.string(), description: z.string() });

export interface Template extends z.infer<typeof templateFile> {
  /** Name of its folder. */
  name: string;
}

/** The templates that the package brings, by name. */
export async function listTemplates(): Promise<Template[]> {
  const root = join(packageRoot, 'templates');
  const templates: Template[] = [];
  for (const name of (await readdir(root)).sort()) {
    const text = await readFile(join(root, name, 'template.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) templates.push({ name, ...templateFile.parse(JSON.parse(text)) });
  }
  return templates;
}

export interface CreatedTenant {
  /** Absolute. */
  folder: string;
  /** What the tenant should know or check, as sentences. */
  notes: string[];
}

/** The template that is shaped by a sample file. */
export const sampleTemplate = 'csv-generic';

/** The profile of a template, as data; its values are not checked. */
export async function readTemplateProfile(template: string): Promise<unknown> {
  return parse(await readFile(join(packageRoot, 'templates', template, 'tenant.yaml'), 'utf8')) as unknown;
}

/**
 * Makes `tenants/<tenant>` from a template, with an empty staging directory; it is not registered yet.
 * @param variables replace `{{name}}` in profile and README; `sample`, the path of a sample file, lets csv-generic propose
 * columns, types and keys. Throws INVALID_NAME, UNKNOWN_TEMPLATE, TENANT_EXISTS, SAMPLE_NOT_FOUND, SAMPLE_WITHOUT_ROWS.
 */
export async function createTenantFromTemplate(
  folder: PlatformFolder,
  tenant: string,
  template: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<CreatedTenant> {
  const { sample } = variables;
  return makeTenant(folder, { tenant, template, variables }, async (draft) => {
    if (template !== sampleTemplate || sample === undefined) return [];
    if (!(await stat(sample).catch(() => undefined))?.isFile()) throw sampleNotFound(sample);
    const proposal = await proposeFromSample(sample);
    await writeProposal(draft, proposal, { tenant, sample, table: tableNameFor(sample) });
    return proposal.notes;
  });
}

/**
 * Makes a tenant's folder: the template's files, then what `shape` makes of them in the folder it is given; only then it
 * takes its place. Throws INVALID_NAME, UNKNOWN_TEMPLATE, TENANT_EXISTS.
 * @param shape gives the notes @param made.replace whether a folder that is there is put aside, below `.mysimbdp/replaced`
 */
export async function makeTenant(
  folder: PlatformFolder,
  made: { tenant: string; template: string; variables?: Readonly<Record<string, string>>; replace?: boolean },
  shape: (draft: string) => Promise<string[]>,
): Promise<CreatedTenant> {
  const { tenant, template, variables = {}, replace = false } = made;
  if (!isName(tenant)) throw invalidName('tenant', tenant);
  const templates = (await listTemplates()).map(({ name }) => name);
  if (!templates.includes(template)) throw unknownTemplate(template, templates);
  const target = folder.tenant(tenant);
  if (!replace && (await exists(target))) throw tenantExists(tenant);

  await mkdir(folder.state, { recursive: true });
  // Made aside and moved as a whole, so that a running platform never sees half a tenant.
  const draft = await mkdtemp(join(folder.state, 'new-tenant-'));
  try {
    await cp(join(packageRoot, 'templates', template), draft, { recursive: true });
    await rm(join(draft, 'template.json'));
    const notes = await shape(draft);
    await fillIn(join(draft, 'README.md'), { ...variables, tenant });
    await fillIn(join(draft, 'tenant.yaml'), { ...variables, tenant });
    await mkdir(join(draft, 'staging'), { recursive: true });
    await mkdir(folder.tenants, { recursive: true });
    if (replace) await putAside(folder, tenant);
    await rename(draft, target);
    return { folder: target, notes };
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) throw tenantExists(tenant);
    throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Where the folders of replaced tenants are kept; none is ever removed. */
async function putAside(folder: PlatformFolder, tenant: string): Promise<void> {
  const kept = join(folder.state, 'replaced');
  await mkdir(kept, { recursive: true });
  const place = await mkdtemp(join(kept, `${tenant}-`));
  await rename(folder.tenant(tenant), join(place, tenant)).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
}

/** The name of a table for files like the sample. */
export function tableNameFor(sample: string): string {
  const file = basename(sample);
  return nearestName(file.slice(0, file.indexOf('.') > 0 ? file.indexOf('.') : undefined)) ?? 'records';
}

/** Writes profile and app of a draft as the proposal has them. @param names.sample path of the sample file */
export async function writeProposal(
  draft: string,
  proposal: CsvProposal,
  { tenant, sample, table }: { tenant: string; sample: string; table: string },
): Promise<void> {
  const apps = await readdir(join(draft, 'apps')).catch(() => []);
  const [app = 'load'] = apps;
  const file = basename(sample).toLowerCase();
  const known = defaults.limits.extensions.filter((one) => file.endsWith(`.${one}`));
  const extension = known.sort((a, b) => b.length - a.length)[0] ?? (proposal.delimiter === '\t' ? 'tsv' : 'csv');
  await mkdir(join(draft, 'apps', app), { recursive: true });
  await writeFile(join(draft, 'apps', app, 'app.ts'), proposedApp(proposal));
  await writeFile(join(draft, 'tenant.yaml'), proposedProfile(proposal, { tenant, app, table, extension }));
}

async function fillIn(path: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return;
  const filled = text.replace(/\{\{(\w+)\}\}/g, (written, name: string) => variables[name] ?? written);
  const modeline = path.endsWith('.yaml') && !filled.includes('yaml-language-server:') ? `${profileModeline}\n` : '';
  await writeFile(path, modeline + filled);
}

async function ignoreState(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (/^\/?\.mysimbdp\/?\s*$/m.test(text)) return;
  await writeFile(path, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}.mysimbdp/\n`);
}

/** Writes a file that must not exist yet; one that exists is left as it is, or refused when `refusal` is given. */
async function writeNew(path: string, text: string, refusal?: () => PlatformError): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (refusal) throw refusal();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

function invalidName(what: 'platform' | 'tenant', name: string): PlatformError {
  const near = nearestName(name);
  return new PlatformError({
    code: 'INVALID_NAME',
    message: `"${name}" is not a name of a ${what}: lower-case letters, digits and single underscores, at most ${maxNameLength} characters`,
    hint: near === undefined ? 'Choose a name like gift_card.' : `How about ${near}?`,
    kind: 'usage',
  });
}

function alreadyAPlatformFolder(dir: string): PlatformError {
  return new PlatformError({
    code: 'ALREADY_A_PLATFORM_FOLDER',
    message: `there is a mysimbdp.yaml in ${dir} already`,
    hint: 'Start the platform there with `mysimbdp up`, or choose another folder.',
    kind: 'conflict',
  });
}

function tenantExists(tenant: string): PlatformError {
  return new PlatformError({
    code: 'TENANT_EXISTS',
    message: `tenants/${tenant} exists already`,
    hint: `Choose another name, or register it as it is with \`mysimbdp tenant add ${tenant}\`.`,
    kind: 'conflict',
  });
}

function unknownTemplate(template: string, templates: readonly string[]): PlatformError {
  const near = didYouMean(template, templates);
  return new PlatformError({
    code: 'UNKNOWN_TEMPLATE',
    message: `there is no template "${template}"`,
    hint: `${near === undefined ? '' : `Did you mean "${near}"? `}The templates are ${templates.join(', ')}.`,
    kind: 'usage',
  });
}

function sampleNotFound(sample: string): PlatformError {
  return new PlatformError({
    code: 'SAMPLE_NOT_FOUND',
    message: `there is no sample file ${sample}`,
    hint: 'Give the path of a CSV or TSV file as the tenant will deliver it.',
    kind: 'usage',
  });
}
