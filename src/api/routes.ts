import { Hono, type Context } from 'hono';
import { PlatformError } from '../foundation/errors.ts';
import { rateLimit } from '../protocol/jobs.ts';
import { batchDemand, logQuery, tenantChange } from '../protocol/management.ts';
import { runReport } from '../protocol/reports.ts';
import type { ControlPlane } from './control-plane.ts';
import { authenticated, localHostOnly, platformOnly, type ApiEnvironment } from './guards.ts';
import type { Health } from './health.ts';
import type { LongPolls } from './long-polls.ts';
import { noSuchRoute, toProblem, wrongMethod } from './problems.ts';
import {
  demandQuery,
  newerQuery,
  readBody,
  readId,
  readQuery,
  readTenant,
  removalQuery,
  tenantQuery,
} from './requests.ts';

type Handler = (context: Context<ApiEnvironment>) => Response | Promise<Response>;
type Methods = Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Handler>>;

/**
 * The routes of the control plane's API as a fetch handler.
 * @param onFault is told what no client is: errors that are not meant for people
 */
export function createRoutes(
  controlPlane: ControlPlane,
  polls: LongPolls,
  onFault: (error: Error) => void,
): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  app.onError((error) => {
    if (!(error instanceof PlatformError)) onFault(error);
    return problemResponse(error);
  });
  app.notFound(() => problemResponse(noSuchRoute()));

  app.use(localHostOnly);
  route(app, '/v1/health', { GET: (c) => c.json({ service: 'mysimbdp', pid: process.pid } satisfies Health) });
  app.use(authenticated(controlPlane));

  for (const [path, methods] of Object.entries(runnerRoutes(controlPlane, polls))) route(app, path, methods);
  app.use(platformOnly);
  for (const [path, methods] of Object.entries(runRoutes(controlPlane, polls))) route(app, path, methods);
  for (const [path, methods] of Object.entries(recordRoutes(controlPlane))) route(app, path, methods);
  for (const [path, methods] of Object.entries(platformRoutes(controlPlane, polls))) route(app, path, methods);
  return app;
}

function route(app: Hono<ApiEnvironment>, path: string, methods: Methods): void {
  for (const [method, handler] of Object.entries(methods)) app.on(method, path, handler);
  app.all(path, (context) => {
    throw wrongMethod(context.req.method, Object.keys(methods));
  });
}

export function problemResponse(thrown: unknown): Response {
  const { problem, headers } = toProblem(thrown);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...headers, 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
  });
}

/** What a tenant's token may do, for its own runs. */
function runnerRoutes(controlPlane: ControlPlane, polls: LongPolls): Record<string, Methods> {
  return {
    '/v1/runs/:id/reports': {
      POST: async (c) => c.json(controlPlane.acceptReport(c.get('caller'), readId(c), await readBody(c, runReport))),
    },
    '/v1/runs/:id/directives': {
      GET: async (c) => {
        const { after, waitMs } = readQuery(c, newerQuery);
        const id = readId(c);
        return c.json(
          await polls.run(c.req.raw.signal, (signal) =>
            controlPlane.directives(c.get('caller'), id, after, waitMs, signal),
          ),
        );
      },
    },
  };
}

function runRoutes(controlPlane: ControlPlane, polls: LongPolls): Record<string, Methods> {
  return {
    '/v1/runs/:id/rate': {
      PUT: async (c) => c.json(controlPlane.setRate(readId(c), await readBody(c, rateLimit))),
    },
    '/v1/runs/:id/cancel': {
      POST: async (c) => {
        await controlPlane.cancelRun(readId(c));
        return c.body(null, 202);
      },
    },
    '/v1/batch/demands': {
      POST: async (c) => {
        const status = await controlPlane.demandBatch(await readBody(c, batchDemand));
        return c.json(status, 201, { Location: `/v1/batch/demands/${encodeURIComponent(status.id)}` });
      },
    },
    '/v1/batch/demands/:id': {
      GET: async (c) => {
        const { waitMs, after } = readQuery(c, demandQuery);
        const id = readId(c);
        return c.json(
          await polls.run(c.req.raw.signal, (signal) => controlPlane.demandStatus(id, waitMs, signal, after)),
        );
      },
    },
  };
}

function recordRoutes(controlPlane: ControlPlane): Record<string, Methods> {
  return {
    '/v1/ingestion-log': { GET: async (c) => c.json(await controlPlane.ingestionLog(readQuery(c, logQuery))) },
    '/v1/run-log': { GET: async (c) => c.json(await controlPlane.runLog(readQuery(c, logQuery))) },
    '/v1/statistics': {
      GET: async (c) => c.json(await controlPlane.statistics(readQuery(c, tenantQuery).tenant)),
    },
  };
}

function platformRoutes(controlPlane: ControlPlane, polls: LongPolls): Record<string, Methods> {
  return {
    '/v1/status': {
      GET: async (c) => {
        const { after, waitMs } = readQuery(c, newerQuery);
        return c.json(await polls.run(c.req.raw.signal, (signal) => controlPlane.nextStatus(after, waitMs, signal)));
      },
    },
    '/v1/services/usage': { GET: async (c) => c.json(await controlPlane.serviceUsage()) },
    '/v1/tenants/:tenant': {
      PUT: async (c) => {
        await controlPlane.addTenant(readTenant(c));
        return c.body(null, 204);
      },
      DELETE: async (c) => {
        await controlPlane.removeTenant(readTenant(c), readQuery(c, removalQuery).data);
        return c.body(null, 204);
      },
      PATCH: async (c) => {
        const tenant = readTenant(c);
        await controlPlane.setTenantEnabled(tenant, (await readBody(c, tenantChange)).enabled);
        return c.body(null, 204);
      },
    },
    '/v1/shutdown': {
      POST: (c) => {
        controlPlane.shutDown();
        return c.body(null, 202);
      },
    },
  };
}
