import { join } from 'node:path';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import { defaults } from './defaults.ts';
import { canMatchExtension, fileGlobError } from './file-glob.ts';
import { checkFormat } from './format-checks.ts';
import type { ProfileApp } from './profile-schema.ts';
import { parseSchedule } from './schedule.ts';
import type { Partially } from './schema-diagnostics.ts';
import { nearestPath, pathKind } from './tenant-paths.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

type App = Partially<ProfileApp>;

export interface AppSurroundings {
  folder: PlatformFolder;
  /** The tenant's folder name. */
  tenant: string;
  timeZone: string;
  /** What the tenant's files can end in; undefined when that is not known. */
  extensions: readonly string[] | undefined;
}

/** Reports what is wrong with the apps of a profile beyond their schema. */
export async function checkApps(
  source: YamlSource,
  apps: readonly (App | undefined)[],
  surroundings: AppSurroundings,
): Promise<void> {
  const names = new Set<string>();
  const globs = new Map<string, string>();
  for (const [index, app] of apps.entries()) {
    if (!app) continue;
    const path = ['apps', index];
    if (app.name !== undefined && names.has(app.name)) {
      const message = `two apps have the name \`${app.name}\``;
      source.report([...path, 'name'], 'value', { code: 'DUPLICATE_APP', message });
    }
    if (app.name !== undefined) names.add(app.name);
    checkTable(source, path, app);
    checkFiles(source, path, app, globs, surroundings.extensions);
    checkFormat(source, [...path, 'format'], app.format);
    const schedule = parseSchedule(app.schedule ?? defaults.app.schedule, surroundings.timeZone);
    if ('error' in schedule) {
      const suggestion = didYouMean(app.schedule ?? '', ['on-arrival', 'manual']);
      const message = `the schedule "${app.schedule ?? ''}" ${schedule.error}`;
      source.report([...path, 'schedule'], 'value', { code: 'INVALID_SCHEDULE', message, suggestion });
    }
    await checkCode(source, path, app, surroundings);
  }
}

function checkTable(source: YamlSource, path: YamlPath, { table }: App): void {
  const tables = source.keysAt(['tables']);
  if (table === undefined || !tables || tables.includes(table)) return;
  const message = `there is no table \`${table}\` in this profile`;
  const suggestion = didYouMean(table, tables);
  source.report([...path, 'table'], 'value', { code: 'UNKNOWN_TABLE', message, suggestion });
}

function checkFiles(
  source: YamlSource,
  path: YamlPath,
  { files, name = 'unnamed' }: App,
  globs: Map<string, string>,
  extensions: readonly string[] | undefined,
): void {
  if (files === undefined) return;
  const report = (code: string, severity: 'error' | 'warning', message: string) =>
    source.report([...path, 'files'], 'value', { code, severity, message });
  const error = fileGlobError(files);
  if (error !== undefined) {
    report('INVALID_GLOB', 'error', `the glob "${files}" ${error}`);
    return;
  }
  const other = globs.get(files);
  if (other === undefined) globs.set(files, name);
  else report('SAME_FILES', 'warning', `the app \`${other}\` has the same glob and takes every file before this one`);
  if (extensions && !canMatchExtension(files, extensions)) {
    const message = `no file can match "${files}": only names that end in ${extensions.join(', ')} are taken`;
    report('GLOB_NEVER_MATCHES', 'warning', message);
  }
}

const moduleExtension = /\.[cm]?[jt]s$/;

async function checkCode(source: YamlSource, path: YamlPath, app: App, surroundings: AppSurroundings): Promise<void> {
  const keys = source.keysAt(path) ?? [];
  const hasEntry = keys.includes('entry');
  const hasCommand = keys.includes('command');
  if (hasEntry === hasCommand) {
    const message = `app \`${app.name ?? ''}\` needs either \`entry\` (a module) or \`command\` (any program), ${hasEntry ? 'not both' : 'and has neither'}`;
    source.report(hasEntry ? [...path, 'command'] : path, 'key', { code: 'APP_FORM', message });
  }
  if (app.entry !== undefined) await checkEntry(source, [...path, 'entry'], app.entry, surroundings);
  if (app.command !== undefined) await checkCommand(source, path, app, surroundings);
}

async function checkEntry(
  source: YamlSource,
  path: YamlPath,
  entry: string,
  { folder, tenant }: AppSurroundings,
): Promise<void> {
  const root = folder.tenant(tenant);
  const kind = await pathKind(root, entry);
  if (kind === 'outside') reportOutside(source, path, entry);
  else if (kind !== 'file') {
    const message = `there is no file ${entry} in tenants/${tenant}`;
    const suggestion = await nearestPath(root, entry);
    source.report(path, 'value', { code: 'ENTRY_NOT_FOUND', message, suggestion });
  } else if (!moduleExtension.test(entry)) {
    const message = `${entry} is not a TypeScript or JavaScript module; other programs are started with \`command\``;
    source.report(path, 'value', { code: 'ENTRY_NOT_A_MODULE', message });
  }
}

/** A command runs in the app's folder; what it names there has to be the tenant's own. Programs of the system are not looked for. */
async function checkCommand(
  source: YamlSource,
  path: YamlPath,
  { name, command }: App,
  { folder, tenant }: AppSurroundings,
): Promise<void> {
  if (name === undefined) return;
  const root = folder.tenant(tenant);
  const appFolder = `apps/${name}`;
  const kind = await pathKind(root, appFolder);
  if (kind === 'outside') reportOutside(source, [...path, 'name'], appFolder);
  else if (kind !== 'folder') {
    const message = `there is no folder tenants/${tenant}/${appFolder} for the command to run in`;
    const suggestion = await nearestPath(root, appFolder);
    source.report([...path, 'name'], 'value', {
      code: 'APP_FOLDER_NOT_FOUND',
      message,
      suggestion: suggestion?.slice('apps/'.length),
    });
  }
  if (kind !== 'folder') return;
  for (const [index, part] of (command ?? []).entries()) {
    if (part === undefined || part.startsWith('-')) continue;
    const at = [...path, 'command', index];
    const absolute = /^([/\\]|[A-Za-z]:[/\\])/.test(part);
    const found = absolute ? 'missing' : await pathKind(root, join(appFolder, part));
    if (found === 'outside') reportOutside(source, at, part);
    else if (index === 0 && /[/\\]/.test(part) && !absolute && found !== 'file') {
      const message = `there is no program ${part} in tenants/${tenant}/${appFolder}`;
      source.report(at, 'value', { code: 'COMMAND_NOT_FOUND', message });
    }
  }
}

function reportOutside(source: YamlSource, path: YamlPath, written: string): void {
  const message = `${written} leaves the tenant's folder; apps are files below it, not links to other places`;
  source.report(path, 'value', { code: 'PATH_OUTSIDE_TENANT', message });
}
