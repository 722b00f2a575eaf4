import type { PlatformSettings } from './effective-profile.ts';
import type { Plan } from './profile-schema.ts';
import type { Partially } from './schema-diagnostics.ts';
import { nameOf } from './schema-diagnostics.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

type Constraints = Partially<NonNullable<Plan['batch']>>;
type Resources = Partially<NonNullable<Plan['resources']>>;

/** The platform's own constraints, without those that mysimbdp.yaml gives wrongly: nothing is held against these. */
export interface KnownLimits {
  limits: { [Key in keyof PlatformSettings['limits']]: PlatformSettings['limits'][Key] | undefined };
  capacity: { [Key in keyof PlatformSettings['capacity']]: PlatformSettings['capacity'][Key] | undefined };
}

/** Reports what `batch` (of a plan or a profile, at `path`) asks for beyond the platform's limits and capacity. */
export function checkConstraints(
  source: YamlSource,
  path: YamlPath,
  batch: Constraints | undefined,
  { limits, capacity }: KnownLimits,
): void {
  const { files, quota, concurrency } = batch ?? {};
  checkLimit(source, [...path, 'files', 'maxFiles'], files?.maxFiles, limits.maxFiles);
  checkLimit(source, [...path, 'files', 'maxFileSizeMb'], files?.maxFileSizeMb, limits.maxFileSizeMb);
  checkLimit(source, [...path, 'files', 'maxDecompressedMb'], files?.maxDecompressedMb, limits.maxDecompressedMb);
  checkLimit(source, [...path, 'concurrency'], concurrency, limits.concurrentRuns, 'concurrentRuns');
  for (const [index, extension] of (files?.extensions ?? []).entries()) {
    const allowed = limits.extensions;
    if (extension === undefined || !allowed || allowed.includes(extension)) continue;
    source.report([...path, 'files', 'extensions', index], 'value', {
      code: 'EXTENSION_NOT_ALLOWED',
      message: `the platform does not take files that end in .${extension}; it takes ${allowed.join(', ')}`,
    });
  }
  for (const key of ['rowsPerSecond', 'mbPerSecond'] as const) {
    const ceiling = capacity[key];
    const wanted = quota?.[key];
    if (wanted === undefined || ceiling === undefined || ceiling === null || wanted <= ceiling) continue;
    source.report([...path, 'quota', key], 'value', {
      code: 'OVER_CAPACITY',
      severity: 'warning',
      message: `\`${key}\` is ${wanted}, but the whole platform has ${ceiling}`,
    });
  }
}

/** Reports what `resources` (of a plan or an app, at `path`) asks for beyond the platform's limits. */
export function checkResources(
  source: YamlSource,
  path: YamlPath,
  resources: Resources | undefined,
  { limits }: KnownLimits,
): void {
  checkLimit(source, [...path, 'memoryMb'], resources?.memoryMb, limits.memoryMb);
  checkLimit(source, [...path, 'timeoutSeconds'], resources?.timeoutSeconds, limits.timeoutSeconds);
}

function checkLimit(
  source: YamlSource,
  path: YamlPath,
  wanted: number | undefined,
  limit: number | undefined,
  limitName = String(path.at(-1)),
): void {
  if (wanted === undefined || limit === undefined || wanted <= limit) return;
  source.report(path, 'value', {
    code: 'OVER_PLATFORM_LIMIT',
    message: `${nameOf(path)} is ${wanted}, more than the platform's limits.${limitName} of ${limit}`,
    suggestion: String(limit),
  });
}
