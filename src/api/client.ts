import * as z from 'zod';
import { underDeadline } from '../foundation/deadlines.ts';
import { messageOf, PlatformError, systemCode } from '../foundation/errors.ts';
import { ingestionRecord, runRecord, statisticsReport } from '../protocol/ingestion-log.ts';
import type { IngestionRecord, RunRecord, StatisticsReport } from '../protocol/ingestion-log.ts';
import type { RateLimit } from '../protocol/jobs.ts';
import { demandStatus, platformStatus, problemDetails } from '../protocol/management.ts';
import type { BatchDemand, DemandStatus, LogQuery, PlatformStatus } from '../protocol/management.ts';
import { directives, type Directives } from '../protocol/reports.ts';
import { serviceUsage, type ServiceUsage } from '../protocol/services.ts';
import { health, type Health } from './health.ts';
import { kindOf } from './problems.ts';

interface Ask {
  body?: unknown;
  query?: Readonly<Record<string, string | number | undefined>>;
  /** Added to the deadline of an answer, in milliseconds. */
  waitMs?: number;
  signal?: AbortSignal | undefined;
}

/** How long a run may take to end on demand: its files may have to be copied from another disk first. Milliseconds. */
const cancelMs = 120_000;
/** How long a control plane may take over an answer that waits for nothing, in milliseconds. */
const answerMs = 10_000;
/** How much longer it may take over deleting what a tenant has: its archive can be large. Milliseconds. */
const deletionMs = 120_000;
/** An engine measures over a second, and walks through its volumes. */
const usageMs = 20_000;

function unreachable(url: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'CONTROL_PLANE_UNREACHABLE',
    message: `the control plane at ${url} does not answer (${reasonOf(cause)})`,
    hint: 'Start the platform with "mysimbdp up", or look whether it still runs with "mysimbdp status".',
    kind: 'unreachable',
    cause,
  });
}

function reasonOf(cause: unknown): string {
  const inner = (cause as { cause?: unknown } | null)?.cause;
  return systemCode(inner) ?? messageOf(inner ?? cause);
}

function unexpectedAnswer(what: string, detail: string): PlatformError {
  return new PlatformError({
    code: 'UNEXPECTED_ANSWER',
    message: `the control plane's answer to ${what} is not understood: ${detail}`,
    hint: 'The running platform may be of another version: restart it with "mysimbdp down" and "mysimbdp up".',
  });
}

/**
 * The control plane's API as functions, for the platform's token. Every call throws PlatformError: what the control
 * plane answered (its code, message and hint), or `unreachable` when it does not answer in time. A call that `signal` ends
 * throws the signal's reason.
 */
export class ControlPlaneClient {
  readonly #url: string;
  readonly #token: string;

  constructor(location: { url: string; token: string }) {
    this.#url = location.url;
    this.#token = location.token;
  }

  health(): Promise<Health> {
    return this.#get('/v1/health', health);
  }
  status(signal?: AbortSignal): Promise<PlatformStatus> {
    return this.#get('/v1/status', platformStatus, { signal });
  }
  /** Answers once the status is newer than revision `after`. @param waitMs at most 30,000 */
  nextStatus(after: number, waitMs: number, signal?: AbortSignal): Promise<PlatformStatus> {
    return this.#get('/v1/status', platformStatus, { query: { after, waitMs }, waitMs, signal });
  }

  demandBatch(demand: BatchDemand): Promise<DemandStatus> {
    return this.#call('POST', '/v1/batch/demands', demandStatus, { body: demand });
  }
  /** @param waitMs at most 30,000; @param after how many of its records are known already */
  demandStatus(id: string, waitMs: number, signal?: AbortSignal, after = 0): Promise<DemandStatus> {
    return this.#get(`/v1/batch/demands/${encodeURIComponent(id)}`, demandStatus, {
      query: { waitMs, after },
      waitMs,
      signal,
    });
  }
  setRate(runId: string, rate: RateLimit): Promise<Directives> {
    return this.#call('PUT', `/v1/runs/${encodeURIComponent(runId)}/rate`, directives, { body: rate });
  }
  async cancelRun(runId: string): Promise<void> {
    await this.#call('POST', `/v1/runs/${encodeURIComponent(runId)}/cancel`, nothing, { waitMs: cancelMs });
  }

  ingestionLog(query: Partial<LogQuery>): Promise<IngestionRecord[]> {
    return this.#get('/v1/ingestion-log', z.array(ingestionRecord), { query });
  }
  runLog(query: Partial<LogQuery>): Promise<RunRecord[]> {
    return this.#get('/v1/run-log', z.array(runRecord), { query });
  }
  statistics(tenant?: string): Promise<StatisticsReport> {
    return this.#get('/v1/statistics', statisticsReport, { query: { tenant } });
  }

  /** Takes the engine some seconds. */
  serviceUsage(signal?: AbortSignal): Promise<ServiceUsage[]> {
    return this.#get('/v1/services/usage', z.array(serviceUsage), { waitMs: usageMs, signal });
  }

  async addTenant(tenant: string): Promise<void> {
    await this.#call('PUT', `/v1/tenants/${encodeURIComponent(tenant)}`, nothing);
  }
  /** @param withData deletes everything of the tenant as well */
  async removeTenant(tenant: string, withData = false): Promise<void> {
    const ask = withData ? { query: { data: 'true' }, waitMs: deletionMs } : {};
    await this.#call('DELETE', `/v1/tenants/${encodeURIComponent(tenant)}`, nothing, ask);
  }
  async setTenantEnabled(tenant: string, enabled: boolean): Promise<void> {
    await this.#call('PATCH', `/v1/tenants/${encodeURIComponent(tenant)}`, nothing, { body: { enabled } });
  }

  async shutDown(): Promise<void> {
    await this.#call('POST', '/v1/shutdown', nothing);
  }

  #get<T>(path: string, schema: z.ZodType<T>, ask: Ask = {}): Promise<T> {
    return this.#call('GET', path, schema, ask);
  }

  async #call<T>(method: string, path: string, schema: z.ZodType<T>, ask: Ask = {}): Promise<T> {
    const { status, text } = await this.#exchange(method, path, ask);
    const what = `${method} ${path}`;
    const answer = text === '' ? null : parse(text, what);
    if (status >= 400) throw refusal(status, answer, what);
    const result = schema.safeParse(answer);
    if (!result.success) throw unexpectedAnswer(what, result.error.issues[0]?.message ?? 'invalid');
    return result.data;
  }

  async #exchange(method: string, path: string, ask: Ask): Promise<{ status: number; text: string }> {
    const url = new URL(path, this.#url);
    for (const [name, value] of Object.entries(ask.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, value.toString());
    }
    const request: RequestInit = {
      method,
      redirect: 'error',
      headers: {
        Authorization: `Bearer ${this.#token}`,
        ...(ask.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
    };
    const exchange = async (signal: AbortSignal) => {
      const response = await fetch(url, { ...request, signal });
      return { status: response.status, text: await response.text() };
    };
    try {
      return await underDeadline(answerMs + (ask.waitMs ?? 0), `${method} ${path}`, exchange, ask.signal);
    } catch (error) {
      ask.signal?.throwIfAborted();
      throw unreachable(this.#url, error);
    }
  }
}

const nothing = z.null();

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unexpectedAnswer(what, 'not JSON');
  }
}

function refusal(status: number, answer: unknown, what: string): PlatformError {
  const problem = problemDetails.safeParse(answer);
  if (!problem.success) return unexpectedAnswer(what, `status ${status.toString()}`);
  const { code, title, detail, hint } = problem.data;
  return new PlatformError({
    code,
    message: detail ?? title,
    kind: kindOf(status),
    ...(hint === undefined ? {} : { hint }),
  });
}
