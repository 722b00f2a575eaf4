import { defaults } from '../defaults.ts';
import { effectiveFormat } from '../effective-profile.ts';
import type { YamlPath } from '../yaml-source.ts';
import { valueAt } from '../yaml-source.ts';
import { soundApp } from './sample-checks.ts';
import { matches } from './yaml-tree.ts';

/** A value that holds, and who says so. */
export interface EffectiveValue {
  /** null: there is no limit. */
  value: unknown;
  origin: 'profile' | 'plan' | 'platform' | 'default';
  /** The plan, when it is from one. */
  plan?: string;
  /** What was asked for, when the platform's own limit is below it. */
  asked?: unknown;
}

/** Values of the two files, parsed. */
export interface Written {
  profile: unknown;
  platform: unknown;
}

/** What a setting of a profile comes to; `ignoring` what the profile itself says: its default. Undefined for what has none. */
export function effectiveSetting(path: YamlPath, written: Written, ignoring = false): EffectiveValue | undefined {
  const fallback = fallbackOf(path, written);
  if (fallback === undefined) return undefined;
  const own = ignoring ? undefined : valueAt(written.profile, path);
  const from: EffectiveValue = own === undefined || own === null ? fallback : { value: own, origin: 'profile' };
  const limit = platformLimit(path, written.platform);
  if (limit === undefined || typeof limit.value !== 'number') return from;
  if (typeof from.value === 'number' && from.value <= limit.value) return from;
  return from.value === null ? limit : { ...limit, asked: from.value };
}

/** A setting of mysimbdp.yaml. */
export function effectivePlatformSetting(
  path: YamlPath,
  platform: unknown,
  ignoring = false,
): EffectiveValue | undefined {
  const own = ignoring ? undefined : valueAt(platform, path);
  if (own !== undefined && own !== null) return { value: own, origin: 'platform' };
  if (matches(path, 'limits.maxDecompressedMb')) {
    const size = effectivePlatformSetting(['limits', 'maxFileSizeMb'], platform)?.value;
    return typeof size === 'number' ? { value: size * defaults.decompressed.times, origin: 'default' } : undefined;
  }
  const known =
    matches(path, 'timeZone') || matches(path, 'limits.*') || matches(path, 'capacity.*')
      ? valueAt(defaults, path)
      : matches(path, 'plans.*.weight') || matches(path, 'plans.*.guaranteed.*')
        ? valueAt(defaults.plan, path.slice(2))
        : matches(path, 'tenants.#.enabled')
          ? true
          : matches(path, 'runtime.external.*.provision')
            ? defaults.external.provision
            : matches(path, 'runtime.external.*.tls.verifyHostname')
              ? defaults.external.verifyHostname
              : undefined;
  return known === undefined ? undefined : { value: known, origin: 'default' };
}

/** What holds when the profile says nothing: of the plan, the platform, or the default. */
function fallbackOf(path: YamlPath, written: Written): EffectiveValue | undefined {
  const plan = valueAt(written.profile, ['plan']);
  const inPlan = matches(path, 'apps.#.resources.*') ? path.slice(2) : path[0] === 'batch' ? path : undefined;
  if (inPlan && typeof plan === 'string') {
    const value = valueAt(written.platform, ['plans', plan, ...inPlan]);
    if (value !== undefined && value !== null) return { value, origin: 'plan', plan };
  }
  if (matches(path, 'batch.files.maxFileSizeMb') || matches(path, 'batch.files.extensions'))
    return effectivePlatformSetting(['limits', String(path[2])], written.platform);
  const value = defaultOf(path, written.profile);
  return value === undefined || isGroup(value) ? undefined : { value, origin: 'default' };
}

function defaultOf(path: YamlPath, profile: unknown): unknown {
  if (path[0] === 'batch') return valueAt(defaults, path);
  if (path[0] !== 'apps') return undefined;
  if (!matches(path, 'apps.#.format.*')) return valueAt(defaults.app, path.slice(2));
  const app = soundApp(profile, Number(path[1]));
  if (!app || path[3] === 'type') return undefined;
  // As if the setting were not there: others may follow from it.
  const format = { ...app.format, [String(path[3])]: undefined };
  return valueAt(effectiveFormat(format), [String(path[3])]);
}

function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What of the platform's own constraints a setting cannot exceed. */
function platformLimit(path: YamlPath, platform: unknown): EffectiveValue | undefined {
  const last = String(path.at(-1));
  const limited =
    matches(path, 'batch.files.maxFiles') ||
    matches(path, 'batch.files.maxFileSizeMb') ||
    matches(path, 'batch.files.maxDecompressedMb') ||
    matches(path, 'apps.#.resources.memoryMb') ||
    matches(path, 'apps.#.resources.timeoutSeconds');
  if (limited) return effectivePlatformSetting(['limits', last], platform);
  if (matches(path, 'batch.concurrency')) return effectivePlatformSetting(['limits', 'concurrentRuns'], platform);
  if (matches(path, 'batch.quota.rowsPerSecond') || matches(path, 'batch.quota.mbPerSecond')) {
    return effectivePlatformSetting(['capacity', last], platform);
  }
  return undefined;
}
