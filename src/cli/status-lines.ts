import type { Fault } from '../foundation/errors.ts';
import type { PlatformStatus, TenantStatus, WaitingRun } from '../protocol/management.ts';
import type { ServiceStatus, ServiceUsage } from '../protocol/services.ts';
import { count, counted, duration, size } from './terminal/figures.ts';
import { progressLines } from './terminal/progress.ts';
import { table } from './terminal/table.ts';
import type { Terminal } from './terminal/terminal.ts';
import { printable } from './terminal/text.ts';

/** `mysimbdp status` for people. @param now milliseconds since the epoch @param usage of services, where it is known */
export function statusLines(
  status: PlatformStatus,
  url: string,
  terminal: Pick<Terminal, 'columns' | 'paint'>,
  now: number,
  usage: readonly ServiceUsage[] = [],
): string[] {
  const up = duration(Math.max(0, (now - status.startedAt) / 1000));
  return [
    `${terminal.paint('bold', status.platform)} is up since ${up}: ${url}, process ${status.pid}, ${status.runtime} runtime`,
    `event-loop delay p99 ${status.eventLoopDelayP99Ms.toFixed(1)} ms`,
    ...serviceLines(status.services, usage, terminal),
    '',
    ...(status.tenants.length === 0
      ? ['No tenants. Add one with "mysimbdp tenant add <tenant> --template <template>".']
      : tenantLines(status.tenants, terminal)),
    '',
    ...(status.runs.length === 0
      ? isAnyPreparing(status.tenants)
        ? []
        : ['Nothing is being ingested now.']
      : [`${counted(status.runs.length, 'run')}:`, ...progressLines(status.runs, terminal.columns)]),
    ...preparingLines(status.tenants, terminal),
    ...retryLines(status.tenants, terminal, now),
  ];
}

/** Runs that are being prepared, or ready and without a place, as a table. */
function preparingLines(tenants: readonly TenantStatus[], { columns }: Pick<Terminal, 'columns'>): string[] {
  if (!isAnyPreparing(tenants)) return [];
  const preparing = tenants.flatMap(({ tenant, preparing: runs = [] }) => runs.map((run) => ({ tenant, ...run })));
  return [
    '',
    preparing.length === 1 ? '1 run is being prepared:' : `${count(preparing.length)} runs are being prepared:`,
    ...table(
      [{ title: 'run' }, { title: 'tenant/app' }, { title: 'files', flexible: true }, { title: 'hashed' }],
      preparing.map(({ runId, tenant, app, files, bytes, hashedBytes, ready }) => [
        runId,
        `${tenant}/${app}`,
        firstOf(files),
        ready ? `all ${size(bytes)}, waits for a place` : `${size(hashedBytes)} of ${size(bytes)}`,
      ]),
      { width: columns },
    ),
  ];
}

function isAnyPreparing(tenants: readonly TenantStatus[]): boolean {
  return tenants.some(({ preparing = [] }) => preparing.length > 0);
}

/** The name of the first file, and how many more there are. */
function firstOf(files: readonly string[]): string {
  return `${files[0] ?? '–'}${files.length > 1 ? ` (+${count(files.length - 1)})` : ''}`;
}

/** Runs that wait for their next attempt, as a table. */
function retryLines(tenants: readonly TenantStatus[], { columns }: Pick<Terminal, 'columns'>, now: number): string[] {
  const waiting = tenants.flatMap(({ tenant, retries = [] }) => retries.map((retry) => ({ tenant, ...retry })));
  if (waiting.length === 0) return [];
  return [
    '',
    waiting.length === 1
      ? '1 run waits for its next attempt:'
      : `${count(waiting.length)} runs wait for their next attempt:`,
    ...table(
      [
        { title: 'run' },
        { title: 'tenant/app' },
        { title: 'files', flexible: true },
        { title: 'next' },
        { title: 'why', flexible: true },
      ],
      waiting.map(({ runId, tenant, app, files, at, cause }) => [
        runId,
        `${tenant}/${app}`,
        firstOf(files),
        nextAttempt(at, now),
        cause ? `${cause.code} ${cause.message}` : '–',
      ]),
      { width: columns },
    ),
  ];
}

function nextAttempt(at: WaitingRun['at'], now: number): string {
  if (at === null) return 'after its process';
  return at > now ? `in ${duration((at - now) / 1000)}` : 'at its turn';
}

/** Services as a table, and below it what is wrong with them. */
function serviceLines(
  services: readonly ServiceStatus[],
  usage: readonly ServiceUsage[],
  terminal: Pick<Terminal, 'columns' | 'paint'>,
): string[] {
  if (services.length === 0) return [];
  const lines = table(
    [
      { title: 'service' },
      { title: 'state' },
      { title: 'endpoint' },
      { title: 'version' },
      { title: 'restarts', align: 'right' },
      { title: 'cores', align: 'right' },
      { title: 'memory', align: 'right' },
      { title: 'of', align: 'right' },
      { title: 'disk', align: 'right' },
      { title: 'container', flexible: true },
    ],
    services.map(({ service, state, endpoint, version, restarts, container }) => {
      const used = usage.find((one) => one.service === service);
      return [
        service,
        state,
        endpoint ?? '–',
        version ?? '–',
        count(restarts),
        used ? used.cpus.toFixed(2) : '–',
        used ? size(used.memoryBytes) : '–',
        used ? size(used.memoryLimitBytes) : '–',
        used?.diskBytes == null ? '–' : size(used.diskBytes),
        container ?? 'not of the platform',
      ];
    }),
    { width: terminal.columns },
  );
  return ['', ...lines, ...services.flatMap(({ service, problem }) => problemLines(service, problem, terminal))];
}

function problemLines(who: string, problem: Fault | null, terminal: Pick<Terminal, 'paint'>): string[] {
  if (problem === null) return [];
  const { code, message, hint } = problem;
  return [
    terminal.paint('yellow', printable(`${who}: ${code} ${message}`)),
    ...(hint === undefined ? [] : hint.split('\n').map((line) => `  ${printable(line)}`)),
  ];
}

/** Tenants as a table, and below it what keeps them from ingesting. */
function tenantLines(tenants: readonly TenantStatus[], terminal: Pick<Terminal, 'columns' | 'paint'>): string[] {
  const lines = table(
    [
      { title: 'tenant' },
      { title: 'state' },
      { title: 'plan' },
      { title: 'apps', flexible: true },
      { title: 'waiting', align: 'right' },
      { title: 'bytes', align: 'right' },
      { title: 'running', align: 'right' },
    ],
    tenants.map((tenant) => [
      tenant.tenant,
      stateOf(tenant),
      tenant.plan ?? '–',
      tenant.apps.join(', ') || '–',
      count(tenant.waitingFiles),
      size(tenant.waitingBytes),
      count(tenant.runningFiles),
    ]),
    { width: terminal.columns },
  );
  const problems = tenants.flatMap(({ tenant, registered, enabled, problem }) =>
    problem !== null && registered && enabled ? [{ tenant, problem }] : [],
  );
  const deferred = tenants.filter(({ deferredFiles }) => deferredFiles > 0);
  return [
    ...lines,
    ...problems.flatMap(({ tenant, problem }) => problemLines(tenant, problem, terminal)),
    ...deferred.map(
      ({ tenant, deferredFiles }) =>
        `${tenant}: ${counted(deferredFiles, 'file')} over the day's quota, kept for later`,
    ),
  ];
}

function stateOf({ registered, enabled, problem }: TenantStatus): string {
  if (!registered) return 'not registered';
  if (!enabled) return 'disabled';
  return problem === null ? 'ready' : 'problem';
}
