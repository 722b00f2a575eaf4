import type { Context } from 'hono';
import * as z from 'zod';
import { isName } from '../foundation/names.ts';
import { bodyTooLarge, invalidInput, jsonRequired, malformedJson } from './problems.ts';

/** Largest request body, in bytes. Runners keep the log lines of one report well below it. */
export const maxBodyBytes = 256 * 1024;
/** Longest long poll, in milliseconds. */
export const maxWaitMs = 30_000;

const tenantName = z.string().refine(isName, { error: 'is not a tenant name' });
const waiting = z.coerce.number().int().min(0).max(maxWaitMs).default(0);

export const tenantQuery = z.object({ tenant: tenantName.optional() });
/** `data=true`: with everything that the tenant has. */
export const removalQuery = z.object({
  data: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});
/** `after`: how many of the records are known already. */
export const demandQuery = z.object({ waitMs: waiting, after: z.coerce.number().int().min(0).default(0) });
/** For what has a version: whatever is newer than `after` is answered at once. */
export const newerQuery = z.object({ waitMs: waiting, after: z.coerce.number().int().min(-1).default(-1) });

/** The JSON body of a request, checked by `schema`. Throws ApiProblem: 415, 413, 400. */
export async function readBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  const coding = context.req.header('content-encoding') ?? 'identity';
  if (type !== 'application/json' || coding !== 'identity') throw jsonRequired();
  return check('body', schema, parseJson(await readBytes(context)));
}

async function readBytes(context: Context): Promise<Buffer> {
  if (Number(context.req.header('content-length') ?? 0) > maxBodyBytes) throw bodyTooLarge(maxBodyBytes);
  const body = context.req.raw.body as ReadableStream<Uint8Array> | null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next?.value === undefined) return Buffer.concat(chunks);
    size += next.value.length;
    if (size > maxBodyBytes) throw bodyTooLarge(maxBodyBytes);
    chunks.push(next.value);
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw malformedJson();
  }
}

/** The query of a request, checked by `schema`. Throws ApiProblem 400. */
export function readQuery<T>(context: Context, schema: z.ZodType<T>): T {
  return check('query', schema, context.req.query());
}

/** The tenant that the path names. Throws ApiProblem 400 for what cannot be a name. */
export function readTenant(context: Context): string {
  return check('path', z.object({ tenant: tenantName }), { tenant: context.req.param('tenant') }).tenant;
}

const identifier = z.string().regex(/^[\w.-]{1,100}$/, { error: 'is not an identifier' });

/** The run or demand that the path names. Throws ApiProblem 400. */
export function readId(context: Context): string {
  return check('path', z.object({ id: identifier }), { id: context.req.param('id') }).id;
}

function check<T>(where: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(where, result.error);
  return result.data;
}
