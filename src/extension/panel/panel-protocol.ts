import * as z from 'zod/mini';

// What the monitoring panel's two sides tell each other. Both check what comes in. A part is what one feed of the host
// gives and sections of the panel show: a snapshot when the panel is shown, then what has changed since.

/** What both sides keep and send at most. */
export const bounds = {
  /** Seconds that the charts show, and samples that are kept: one a second. */
  historySeconds: 600,
  /** Tenants with a line of their own in the charts; the others are summed. */
  namedSeries: 7,
  runs: 100,
  tenants: 200,
  platforms: 50,
  problems: 20,
  services: 20,
  /** Lines that a side keeps; lines of one message. */
  logLines: 1000,
  logBatch: 300,
  /** Characters of one line. */
  logText: 2000,
  /** Characters of a name. */
  name: 200,
} as const;

/** Absolute. */
const path = z.string().check(z.maxLength(10_000));
const name = z.string().check(z.maxLength(bounds.name));
const text = z.string().check(z.maxLength(bounds.logText));
const count = z.number().check(z.nonnegative());
const time = z.number();

function list<T extends z.core.$ZodType>(item: T, most: number) {
  return z.array(item).check(z.maxLength(most));
}

const problem = z.strictObject({ tenant: name, code: name, message: text, hint: z.nullable(text) });

/** Figures of the platform as it is now. */
const platformView = z.strictObject({
  /** `none`: the workspace has no platform. */
  state: z.enum(['none', 'stopped', 'starting', 'running', 'attached', 'stopping', 'failed']),
  name,
  folder: path,
  runtime: z.nullable(name),
  startedAt: z.nullable(time),
  eventLoopDelayP99Ms: z.nullable(count),
  tenants: count,
  /** Names, alphabetical; the first so many. */
  tenantNames: list(name, bounds.tenants),
  activeRuns: count,
  waitingFiles: count,
  waitingBytes: count,
  problems: list(problem, bounds.problems),
  /** Problems beyond those. */
  moreProblems: count,
});
export type PlatformView = z.infer<typeof platformView>;

/** The platforms of the workspace, in the order of its folders. */
const platformsView = z.strictObject({
  platforms: list(z.strictObject({ name, folder: path }), bounds.platforms),
  /** The folder of the one that everything else is about; null: there is none. */
  shown: z.nullable(path),
});
export type PlatformsView = z.infer<typeof platformsView>;

const series = z.strictObject({
  /** A tenant; empty: all that have no series of their own. */
  name,
  rows: list(count, bounds.historySeconds),
  bytes: list(count, bounds.historySeconds),
});
const sample = z.strictObject({
  time,
  rates: list(z.strictObject({ name, rows: count, bytes: count }), bounds.namedSeries + 1),
});
/** Records and decoded bytes a second by tenant, at `time` (ms since the epoch). */
export type RateSample = z.infer<typeof sample>;

const runView = z.strictObject({
  runId: name,
  batchNumber: count,
  tenant: name,
  app: name,
  state: z.enum(['starting', 'running', 'draining', 'ended', 'done', 'failed', 'cancelled']),
  active: z.boolean(),
  startedAt: time,
  /** Seconds that it took; null while it is active. */
  seconds: z.nullable(count),
  files: count,
  /** How many of them failed; 0 while it is active. */
  failedFiles: count,
  /** The file in hand, counted from 1, and its name; null before the first and behind the last. */
  file: z.nullable(z.strictObject({ number: count, name: text })),
  /** Share of the run that is done, 0 to 1: its files that are over, and of the one in hand its bytes; null when it is not known. */
  progress: z.nullable(count),
  read: count,
  rows: count,
  quarantined: count,
  rowsPerSecond: count,
  bytesPerSecond: count,
  cause: z.nullable(text),
});
export type RunView = z.infer<typeof runView>;

const statisticsRow = z.strictObject({
  /** A tenant; empty: the platform. */
  tenant: name,
  runs: count,
  files: count,
  /** 0 to 1; null without files. */
  successRate: z.nullable(count),
  read: count,
  stored: count,
  filtered: count,
  quarantined: count,
  rows: count,
  bytes: count,
  rowsPerSecondP50: count,
  rowsPerSecondMax: count,
  secondsP95: count,
  cpuSeconds: count,
});
export type StatisticsRow = z.infer<typeof statisticsRow>;

const statisticsView = z.strictObject({
  /** Null while nothing is known. */
  total: z.nullable(statisticsRow),
  tenants: list(statisticsRow, bounds.tenants),
  moreTenants: count,
});
export type StatisticsView = z.infer<typeof statisticsView>;

const serviceView = z.strictObject({
  service: name,
  state: z.enum(['starting', 'running', 'restarting', 'stopped', 'failed', 'unreachable']),
  endpoint: z.nullable(name),
  version: z.nullable(name),
  restarts: count,
  problem: z.nullable(text),
  /** Null while it is not known. */
  usage: z.nullable(
    z.strictObject({ cpus: count, memoryBytes: count, memoryLimitBytes: count, diskBytes: z.nullable(count) }),
  ),
});
export type ServiceView = z.infer<typeof serviceView>;

const servicesView = z.strictObject({ services: list(serviceView, bounds.services) });
export type ServicesView = z.infer<typeof servicesView>;

/** From the least to the gravest. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
const logLevel = z.enum(logLevels);
export type LogLevel = z.infer<typeof logLevel>;

const logLine = z.strictObject({
  /** Milliseconds since the epoch; null for a line that has none. */
  time: z.nullable(time),
  level: logLevel,
  /** Null: of the platform. */
  tenant: z.nullable(name),
  text,
});
export type LogLine = z.infer<typeof logLine>;

const logFilter = z.strictObject({
  /** The least that is shown. */
  level: logLevel,
  /** Null: the platform and every tenant. */
  tenant: z.nullable(name),
});
export type LogFilter = z.infer<typeof logFilter>;

const log = z.strictObject({
  /** These are the newest lines under a filter that has changed: what was there before goes. */
  reset: z.boolean(),
  filter: logFilter,
  lines: list(logLine, bounds.logLines),
  /** Lines that came faster than they are shown, since the message before. */
  leftOut: count,
});

const parts = {
  platforms: { snapshot: platformsView, delta: platformsView },
  platform: { snapshot: platformView, delta: platformView },
  throughput: {
    snapshot: z.strictObject({
      times: list(time, bounds.historySeconds),
      series: list(series, bounds.namedSeries + 1),
    }),
    delta: z.strictObject({ samples: list(sample, bounds.historySeconds) }),
  },
  runs: {
    snapshot: z.strictObject({ runs: list(runView, bounds.runs) }),
    delta: z.strictObject({ changed: list(runView, bounds.runs), gone: list(name, bounds.runs) }),
  },
  services: { snapshot: servicesView, delta: servicesView },
  statistics: { snapshot: statisticsView, delta: statisticsView },
  log: { snapshot: log, delta: log },
} as const;

type Parts = typeof parts;
export type PartId = keyof Parts;
export type Snapshots = { [P in PartId]: z.infer<Parts[P]['snapshot']> };
export type Deltas = { [P in PartId]: z.infer<Parts[P]['delta']> };

const snapshots = z.strictObject({
  platforms: parts.platforms.snapshot,
  platform: parts.platform.snapshot,
  throughput: parts.throughput.snapshot,
  runs: parts.runs.snapshot,
  services: parts.services.snapshot,
  statistics: parts.statistics.snapshot,
  log: parts.log.snapshot,
} satisfies { [P in PartId]: Parts[P]['snapshot'] });
const deltas = z.strictObject({
  platforms: z.optional(parts.platforms.delta),
  platform: z.optional(parts.platform.delta),
  throughput: z.optional(parts.throughput.delta),
  runs: z.optional(parts.runs.delta),
  services: z.optional(parts.services.delta),
  statistics: z.optional(parts.statistics.delta),
  log: z.optional(parts.log.delta),
} satisfies { [P in PartId]: z.ZodMiniOptional<Parts[P]['delta']> });

/** Host → panel. `sequence` ascends by one; after a gap the panel asks for a snapshot. */
export const toPanel = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('snapshot'), sequence: count, parts: snapshots }),
  z.strictObject({ type: z.literal('delta'), sequence: count, parts: deltas }),
]);
export type ToPanel = z.infer<typeof toPanel>;

/** What an empty section offers. */
const action = z.enum(['openPlatform', 'startPlatform', 'addTenant', 'runBatch']);
export type PanelAction = z.infer<typeof action>;

/** Panel → host. */
export const toHost = z.discriminatedUnion('type', [
  /** Shown and listening: asks for a snapshot under a filter. */
  z.strictObject({ type: z.literal('ready'), filter: logFilter }),
  /** The first snapshot is on the screen, so many ms after the page began to load its script. */
  z.strictObject({ type: z.literal('painted'), pageMs: count }),
  z.strictObject({ type: z.literal('filter'), filter: logFilter }),
  z.strictObject({ type: z.literal('openRun'), tenant: name, runId: name }),
  z.strictObject({ type: z.literal('cancelRun'), tenant: name, runId: name }),
  z.strictObject({ type: z.literal('openLog'), tenant: z.nullable(name) }),
  /** Everything is to be about the platform of this folder. */
  z.strictObject({ type: z.literal('showPlatform'), folder: path }),
  z.strictObject({ type: z.literal('act'), action }),
]);
export type ToHost = z.infer<typeof toHost>;
