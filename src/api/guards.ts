import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { Caller, ControlPlane } from './control-plane.ts';
import { foreignHost, platformTokenRequired, unauthorized } from './problems.ts';

/** What a request carries from its guards to its handler. */
export interface ApiEnvironment {
  Bindings: HttpBindings;
  Variables: { caller: Caller };
}
type Guard = MiddlewareHandler<ApiEnvironment>;

const localHost = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/i;

/** A page that rebinds its name to 127.0.0.1 still sends its own name. */
export const localHostOnly: Guard = async (context, next) => {
  const host = context.req.header('host');
  if (host === undefined || !localHost.test(host)) throw foreignHost(host);
  await next();
};

export function authenticated(controlPlane: ControlPlane): Guard {
  return async (context, next) => {
    const token = /^Bearer +([\w~+/.=-]{1,512})$/i.exec(context.req.header('authorization') ?? '')?.[1];
    const caller = token === undefined ? undefined : controlPlane.authenticate(token);
    if (!caller) throw unauthorized();
    context.set('caller', caller);
    await next();
  };
}

export const platformOnly: Guard = async (context, next) => {
  if (context.get('caller').role !== 'platform') throw platformTokenRequired();
  await next();
};
