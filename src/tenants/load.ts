import { readdir } from 'node:fs/promises';
import { messageOf, PlatformError, systemCode } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import type { Diagnostic } from './diagnostics.ts';
import { compareDiagnostics } from './diagnostics.ts';
import type { PlatformSettings, TenantProfile } from './effective-profile.ts';
import type { PlatformFileContent } from './platform-file.ts';
import { checkPlatformFile, notAPlatformFolder } from './platform-file.ts';
import type { TenantFile } from './tenant-file.ts';
import { TenantFileCache } from './tenant-file-cache.ts';
import { readYaml } from './yaml-file.ts';
import type { YamlSource } from './yaml-source.ts';

/** Profiles that are read at one time. */
const concurrentReads = 16;

/** Enough for the list of 10,000 tenants. */
export const maxPlatformFileBytes = 1024 * 1024;

export interface LoadedPlatform {
  /** Undefined when mysimbdp.yaml has errors; those of single entries in its list of tenants leave out the entry. */
  settings: PlatformSettings | undefined;
  /** Tenants with a folder and a tenant.yaml in it, sorted. Folders whose name no tenant can have are only diagnosed. */
  present: string[];
  /** Tenants that mysimbdp.yaml names, in its order, each once. */
  registered: string[];
  /** The error-free profiles of present tenants, registered or not; none without settings. */
  profiles: Map<string, TenantProfile>;
  /** Everything that is wrong anywhere, by file and place. */
  diagnostics: Diagnostic[];
}

/**
 * Reads and checks the whole platform folder. Throws NOT_A_PLATFORM_FOLDER; what is wrong in files is a diagnostic.
 * @param cache of who reads the same folder again and again
 */
export async function loadPlatform(folder: PlatformFolder, cache = new TenantFileCache()): Promise<LoadedPlatform> {
  const source = await readPlatformFile(folder);
  const platform = checkPlatformFile(source, folder);
  cache.platformIs(source.text);
  const tenants = await readTenants(folder, (name) => cache.read(folder, name, platform));
  cache.keepOnly(tenants.map(({ tenant }) => tenant));
  reportDeclaredTwice(tenants);
  const present = tenants.filter(isPresent).map(({ tenant }) => tenant);
  const presentNames = new Set(present);
  for (const { name, index } of platform.registered) {
    if (presentNames.has(name)) continue;
    const message = `the tenant \`${name}\` is registered, but there is no tenants/${name}/tenant.yaml`;
    const suggestion = didYouMean(name, present);
    source.report(['tenants', index, 'name'], 'value', { code: 'TENANT_NOT_PRESENT', message, suggestion });
  }
  const profiles = new Map(tenants.flatMap(({ tenant, profile }) => (profile ? [[tenant, profile]] : [])));
  checkGuarantees(source, platform, profiles);
  return {
    settings: platform.settings,
    present,
    registered: platform.registered.map(({ name }) => name),
    profiles,
    diagnostics: [source, ...tenants].flatMap(({ diagnostics }) => diagnostics).sort(compareDiagnostics),
  };
}

/** Names of the tenants that the platform ingests for, as far as their profiles are sound. */
export function servedTenants({ settings, profiles }: LoadedPlatform): string[] {
  const tenants = settings?.tenants ?? [];
  return tenants.filter(({ name, enabled }) => enabled && profiles.has(name)).map(({ name }) => name);
}

/** Throws NOT_A_PLATFORM_FOLDER. */
export async function readPlatformFile(folder: PlatformFolder): Promise<YamlSource> {
  try {
    return await readYaml(folder.platformFile, 'mysimbdp.yaml', maxPlatformFileBytes);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') throw notAPlatformFolder(folder.root);
    throw unreadable(folder.platformFile, error);
  }
}

function unreadable(path: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'PLATFORM_FILE_UNREADABLE',
    message: `${path} cannot be read: ${messageOf(cause)}`,
    hint: 'Check that it is a file and that you have permission to read it.',
    kind: 'usage',
    cause,
  });
}

async function readTenants(
  folder: PlatformFolder,
  read: (name: string) => Promise<TenantFile | undefined>,
): Promise<TenantFile[]> {
  const names = await readdir(folder.tenants).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw unreadable(folder.tenants, error);
  });
  const waiting = names.filter((name) => !name.startsWith('.')).sort();
  const found: TenantFile[] = [];
  const readOn = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const tenant = await read(name);
      if (tenant) found.push(tenant);
    }
  };
  await Promise.all(Array.from({ length: concurrentReads }, readOn));
  return found.sort((a, b) => (a.tenant < b.tenant ? -1 : 1));
}

function isPresent({ diagnostics, profile, source }: TenantFile): boolean {
  return profile !== undefined || source !== undefined || diagnostics.some(({ code }) => code === 'UNREADABLE');
}

/** A tenant belongs to the folder that has its name; every other profile that claims it is wrong. */
function reportDeclaredTwice(tenants: readonly TenantFile[]): void {
  for (const { tenant, declared, source } of tenants) {
    if (declared === undefined || declared === tenant) continue;
    const others = tenants.filter((other) => other.declared === declared && other.tenant !== tenant);
    if (others.length === 0) continue;
    const files = others.map((other) => `tenants/${other.tenant}/tenant.yaml`).join(', ');
    const message = `the tenant \`${declared}\` is declared twice, also in ${files}`;
    source?.report(['tenant'], 'value', { code: 'DUPLICATE_TENANT', message });
  }
}

/** What is promised to the registered tenants together cannot be more than there is. */
function checkGuarantees(
  source: YamlSource,
  { settings }: PlatformFileContent,
  profiles: ReadonlyMap<string, TenantProfile>,
): void {
  for (const key of ['rowsPerSecond', 'mbPerSecond'] as const) {
    const ceiling = settings?.capacity[key] ?? null;
    const guarantees = settings?.tenants.map(({ name }) => profiles.get(name)?.guaranteed[key] ?? 0) ?? [];
    const sum = guarantees.reduce((a, b) => a + b, 0);
    if (ceiling === null || sum <= ceiling) continue;
    const message = `the plans guarantee ${key} of ${sum} to the registered tenants, more than the capacity of ${ceiling}`;
    source.report(['capacity', key], 'value', { code: 'GUARANTEES_OVER_CAPACITY', severity: 'warning', message });
  }
}
