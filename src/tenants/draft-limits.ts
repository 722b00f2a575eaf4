import { defaults } from './defaults.ts';
import type { PlatformSettings } from './effective-profile.ts';
import type { YamlPath } from './yaml-source.ts';
import { valueAt } from './yaml-source.ts';

/** The limits that a new tenant is asked about, in the order in which they are shown. */
export const limitKeys = [
  'maxFiles',
  'maxFileSizeMb',
  'rowsPerSecond',
  'mbPerSecond',
  'mbPerDay',
  'concurrency',
  'memoryMb',
  'timeoutSeconds',
] as const;
export type LimitKey = (typeof limitKeys)[number];

/** What holds for a new tenant unless it says otherwise. Units are those of the profile's keys; null: no limit. */
export interface LimitDefault {
  key: LimitKey;
  value: number | null;
  /** Who says so; `platform`: the platform's own limit, which cuts what the others say. */
  origin: 'template' | 'plan' | 'platform' | 'default';
  /** Most that the platform allows. */
  ceiling: number | null;
}

interface LimitField {
  /** Where the profile has it; below each of its apps for resources. */
  path: YamlPath;
  /** Whether it is one of the app's resources. */
  ofApp: boolean;
  whole: boolean;
  /** Smallest that is sensible; absent: anything above zero. */
  least?: number;
  fallback: number | null;
  ceiling: (settings: PlatformSettings) => number | null;
}

const none = () => null;
const resources = defaults.app.resources;

const fields: Record<LimitKey, LimitField> = {
  maxFiles: {
    path: ['batch', 'files', 'maxFiles'],
    ofApp: false,
    whole: true,
    fallback: defaults.batch.files.maxFiles,
    ceiling: ({ limits }) => limits.maxFiles,
  },
  maxFileSizeMb: {
    path: ['batch', 'files', 'maxFileSizeMb'],
    ofApp: false,
    whole: false,
    fallback: null,
    ceiling: ({ limits }) => limits.maxFileSizeMb,
  },
  rowsPerSecond: {
    path: ['batch', 'quota', 'rowsPerSecond'],
    ofApp: false,
    whole: false,
    fallback: null,
    ceiling: ({ capacity }) => capacity.rowsPerSecond,
  },
  mbPerSecond: {
    path: ['batch', 'quota', 'mbPerSecond'],
    ofApp: false,
    whole: false,
    fallback: null,
    ceiling: ({ capacity }) => capacity.mbPerSecond,
  },
  mbPerDay: { path: ['batch', 'quota', 'mbPerDay'], ofApp: false, whole: false, fallback: null, ceiling: none },
  concurrency: {
    path: ['batch', 'concurrency'],
    ofApp: false,
    whole: true,
    fallback: defaults.batch.concurrency,
    ceiling: ({ limits }) => limits.concurrentRuns,
  },
  memoryMb: {
    path: ['resources', 'memoryMb'],
    ofApp: true,
    whole: true,
    least: 256,
    fallback: resources.memoryMb,
    ceiling: ({ limits }) => limits.memoryMb,
  },
  timeoutSeconds: {
    path: ['resources', 'timeoutSeconds'],
    ofApp: true,
    whole: false,
    fallback: resources.timeoutSeconds,
    ceiling: ({ limits }) => limits.timeoutSeconds,
  },
};

/** Where a profile has the limit; for those of apps below the entry of the app. */
export function limitPath(key: LimitKey): { path: YamlPath; ofApp: boolean } {
  const { path, ofApp } = fields[key];
  return { path, ofApp };
}

/**
 * The limits of a tenant that says nothing: its template's, else its plan's, else the usual ones; nothing above the
 * platform's. @param template profile of the template, as data
 */
export function limitDefaults(settings: PlatformSettings, plan: string | null, template: unknown): LimitDefault[] {
  return limitKeys.map((key): LimitDefault => {
    const { path, ofApp, fallback, ceiling: ceilingOf } = fields[key];
    const ceiling = ceilingOf(settings);
    const ofTemplate = numberAt(template, ofApp ? ['apps', 0, ...path] : path);
    const ofPlan = plan === null ? undefined : numberAt(settings.plans.get(plan), path);
    const value = ofTemplate ?? ofPlan ?? fallback;
    if (ceiling !== null && (value === null || value > ceiling))
      return { key, value: ceiling, origin: 'platform', ceiling };
    const origin = ofTemplate !== undefined ? 'template' : ofPlan !== undefined ? 'plan' : 'default';
    return { key, value, origin, ceiling };
  });
}

/** What is wrong with a text as the value of a limit. */
export type LimitFault = { kind: 'not-a-number' | 'not-whole' } | { kind: 'too-small' | 'too-large'; bound: number };

/** Reads what somebody has typed for a limit. */
export function readLimit(text: string, { key, ceiling }: Pick<LimitDefault, 'key' | 'ceiling'>): number | LimitFault {
  const { whole, least } = fields[key];
  const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isFinite(value)) return { kind: 'not-a-number' };
  if (whole && !Number.isInteger(value)) return { kind: 'not-whole' };
  if (value <= 0 || value < (least ?? 0)) return { kind: 'too-small', bound: least ?? 0 };
  return ceiling !== null && value > ceiling ? { kind: 'too-large', bound: ceiling } : value;
}

/**
 * What has to be written into the profile of a new tenant: what was changed, and what its template asks for beyond the
 * platform's limits, which would be an error.
 */
export function limitsToWrite(
  known: readonly LimitDefault[],
  changed: Partial<Record<LimitKey, number>>,
  template: unknown,
): [key: LimitKey, value: number][] {
  return known.flatMap(({ key, value, origin }): [LimitKey, number][] => {
    const { path, ofApp } = fields[key];
    const chosen = changed[key];
    if (chosen !== undefined) return [[key, chosen]];
    const written = numberAt(template, ofApp ? ['apps', 0, ...path] : path);
    return origin === 'platform' && written !== undefined && value !== null ? [[key, value]] : [];
  });
}

function numberAt(root: unknown, path: YamlPath): number | undefined {
  const value = valueAt(root, path);
  return typeof value === 'number' ? value : undefined;
}
