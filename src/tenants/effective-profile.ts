import { createHash } from 'node:crypto';
import { join, sep } from 'node:path';
import { formatCqlType, parseCqlType } from '../coredms/cql-types.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { CsvFormat, FileFormat, NdjsonFormat } from '../protocol/formats.ts';
import type { AppForm } from '../protocol/jobs.ts';
import type { RuntimeSettings } from '../runtimes/runtime-settings.ts';
import type { TableSpec } from '../protocol/tables.ts';
import { defaults } from './defaults.ts';
import type { Plan, ProfileApp, TenantProfileFile } from './profile-schema.ts';
import type { Schedule } from './schedule.ts';
import { parseSchedule } from './schedule.ts';

/** mysimbdp.yaml, complete. Sizes in megabytes are 10^6 bytes, memory is in MiB; null means no limit. */
export interface PlatformSettings {
  name: string;
  folder: PlatformFolder;
  /** IANA name. */
  timeZone: string;
  limits: {
    maxTenants: number;
    extensions: string[];
    maxFiles: number;
    maxFileSizeMb: number;
    maxDecompressedMb: number;
    concurrentRuns: number;
    memoryMb: number;
    timeoutSeconds: number;
  };
  capacity: { rowsPerSecond: number | null; mbPerSecond: number | null };
  runtime: RuntimeSettings;
  plans: Map<string, Plan>;
  /** The registered tenants, each once, at most `maxTenants`. */
  tenants: { name: string; enabled: boolean }[];
}

/** A tenant service profile, complete: defaults filled in from plan and platform, nothing above the platform's limits. */
export interface TenantProfile {
  tenant: string;
  plan: string | null;
  weight: number;
  guaranteed: { rowsPerSecond: number | null; mbPerSecond: number | null };
  /** SHA-256, in hexadecimal, of everything else here; the same wherever the platform folder is. */
  version: string;
  /** Absolute: tenants/<tenant>. */
  folder: string;
  batch: {
    files: {
      maxFiles: number;
      maxFileSizeMb: number;
      /** What a compressed file may become; null: by its size. */
      maxDecompressedMb: number | null;
      /** And whatever its size is. */
      mostDecompressedMb: number;
      extensions: string[];
      settleSeconds: number;
      refused: 'leave' | 'quarantine';
    };
    quota: { rowsPerSecond: number | null; mbPerSecond: number | null; mbPerDay: number | null };
    /** Runs of the tenant at one time. */
    concurrency: number;
  };
  tables: TableSpec[];
  apps: BatchApp[];
}

export interface BatchApp {
  name: string;
  /** The entry of a module is absolute. */
  code: AppForm;
  /** Absolute: tenants/<tenant>/apps/<app>. */
  folder: string;
  stateful: boolean;
  /** Glob over file names; `fileGlob` reads it. */
  files: string;
  format: FileFormat;
  table: TableSpec;
  resources: { cpus: number; memoryMb: number; timeoutSeconds: number };
  schedule: Schedule;
  /** Share of quarantined records up to which a file is a success. */
  toleratedPercent: number;
  /** What the rejected records of a file may take; null: by its size. */
  maxQuarantineMb: number | null;
  maxRecordBytes: number;
  chunkTimeoutSeconds: number;
}

/** Completes a profile that `profile-checks` has found without error. */
export function effectiveProfile(profile: TenantProfileFile, settings: PlatformSettings): TenantProfile {
  const { limits, capacity, folder } = settings;
  const plan = profile.plan === undefined ? undefined : settings.plans.get(profile.plan);
  const { maxFileSizeMb, extensions } = limits;
  const files = layered<Omit<TenantProfile['batch']['files'], 'mostDecompressedMb'>>(
    { ...defaults.batch.files, maxFileSizeMb, extensions },
    plan?.batch?.files,
    profile.batch?.files,
  );
  const quota = layered<TenantProfile['batch']['quota']>(
    defaults.batch.quota,
    plan?.batch?.quota,
    profile.batch?.quota,
  );
  const tables = Object.entries(profile.tables).map(([name, table]) => tableSpec(name, table));
  const effective: Omit<TenantProfile, 'version'> = {
    tenant: profile.tenant,
    plan: profile.plan ?? null,
    weight: plan?.weight ?? defaults.plan.weight,
    guaranteed: layered<TenantProfile['guaranteed']>(defaults.plan.guaranteed, plan?.guaranteed),
    folder: folder.tenant(profile.tenant),
    batch: {
      files: {
        ...files,
        maxFiles: Math.min(files.maxFiles, limits.maxFiles),
        maxFileSizeMb: Math.min(files.maxFileSizeMb, maxFileSizeMb),
        mostDecompressedMb: Math.min(files.maxDecompressedMb ?? Infinity, limits.maxDecompressedMb),
        extensions: files.extensions.filter((one) => extensions.includes(one)),
      },
      quota: {
        rowsPerSecond: lower(quota.rowsPerSecond, capacity.rowsPerSecond),
        mbPerSecond: lower(quota.mbPerSecond, capacity.mbPerSecond),
        mbPerDay: quota.mbPerDay,
      },
      concurrency: Math.min(
        profile.batch?.concurrency ?? plan?.batch?.concurrency ?? defaults.batch.concurrency,
        limits.concurrentRuns,
      ),
    },
    tables,
    apps: profile.apps.map((app) => batchApp(app, profile.tenant, tables, plan, settings)),
  };
  return { ...effective, version: versionOf(effective, folder) };
}

function batchApp(
  app: ProfileApp,
  tenant: string,
  tables: readonly TableSpec[],
  plan: Plan | undefined,
  { folder, limits, timeZone }: PlatformSettings,
): BatchApp {
  const table = tables.find(({ name }) => name === app.table);
  const schedule = parseSchedule(app.schedule ?? defaults.app.schedule, timeZone);
  if (!table || 'error' in schedule) throw new Error(`the app ${app.name} was not checked`);
  const resources = layered<BatchApp['resources']>(defaults.app.resources, plan?.resources, app.resources);
  return {
    name: app.name,
    code: app.command
      ? { form: 'command', command: app.command }
      : { form: 'module', entry: join(folder.tenant(tenant), app.entry ?? '') },
    folder: join(folder.tenant(tenant), 'apps', app.name),
    stateful: app.stateful ?? defaults.app.stateful,
    files: app.files,
    format: effectiveFormat(app.format),
    table,
    resources: {
      cpus: resources.cpus,
      memoryMb: Math.min(resources.memoryMb, limits.memoryMb),
      timeoutSeconds: Math.min(resources.timeoutSeconds, limits.timeoutSeconds),
    },
    schedule,
    toleratedPercent: app.tolerance?.quarantinedPercent ?? defaults.app.tolerance.quarantinedPercent,
    maxQuarantineMb: app.tolerance?.maxQuarantineMb ?? defaults.app.tolerance.maxQuarantineMb,
    maxRecordBytes: app.maxRecordBytes ?? defaults.app.maxRecordBytes,
    chunkTimeoutSeconds: app.chunkTimeoutSeconds ?? defaults.app.chunkTimeoutSeconds,
  };
}

/** The format of an app with every default filled in. */
export function effectiveFormat(format: ProfileApp['format']): FileFormat {
  if (format.type === 'ndjson') {
    return layered<NdjsonFormat>({ type: 'ndjson', ...defaults.ndjson, nulls: [...defaults.ndjson.nulls] }, format);
  }
  const { quote: writtenQuote = defaults.csv.quote, escape = writtenQuote, ...rest } = format;
  const quote = writtenQuote === 'none' ? null : writtenQuote;
  return layered<CsvFormat>(
    {
      type: 'csv',
      ...defaults.csv,
      nulls: [...defaults.csv.nulls],
      quote,
      escape: quote === null || escape === 'none' ? null : escape,
    },
    rest,
  );
}

/** The base, with what later layers say instead. */
function layered<T extends object>(base: T, ...layers: ({ [Key in keyof T]?: T[Key] | undefined } | undefined)[]): T {
  const result = { ...base };
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer ?? {})) {
      if (value !== undefined) Object.assign(result, { [key]: value });
    }
  }
  return result;
}

function tableSpec(name: string, table: TenantProfileFile['tables'][string]): TableSpec {
  const columns = Object.entries(table.columns).map(([column, text]) => {
    const type = parseCqlType(text);
    return { name: column, type: 'error' in type ? text : formatCqlType(type) };
  });
  return { name, columns, partitionKey: table.partitionKey, clusteringKey: table.clusteringKey ?? [] };
}

function lower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function versionOf(profile: Omit<TenantProfile, 'version'>, folder: PlatformFolder): string {
  const root = folder.root + sep;
  const canonical = JSON.stringify(profile, (_, value: unknown) => {
    if (typeof value === 'string' && value.startsWith(root)) return value.slice(root.length).replaceAll(sep, '/');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return createHash('sha256').update(canonical).digest('hex');
}
