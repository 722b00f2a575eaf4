import { STATUS_CODES } from 'node:http';
import type * as z from 'zod';
import { PlatformError, type FaultKind } from '../foundation/errors.ts';
import type { ProblemDetails } from '../protocol/management.ts';

/** A refusal that HTTP has a status of its own for, beyond what the kind of a PlatformError tells. */
export class ApiProblem extends PlatformError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    init: ConstructorParameters<typeof PlatformError>[0],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super({ kind: kindOf(status), ...init });
    this.status = status;
    this.headers = headers;
  }
}

const statusOfKind: Readonly<Record<FaultKind, number>> = {
  usage: 400,
  'not-found': 404,
  conflict: 409,
  forbidden: 403,
  unreachable: 503,
  failed: 500,
};

/** The kind of failure that an HTTP status stands for: the way back from `toProblem`. */
export function kindOf(status: number): FaultKind {
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 409) return 'conflict';
  if (status === 503) return 'unreachable';
  return status >= 400 && status < 500 ? 'usage' : 'failed';
}

/** Problem details (RFC 9457) of anything that was thrown; what is not meant for people is told as "internal error" only. */
export function toProblem(thrown: unknown): { problem: ProblemDetails; headers: Readonly<Record<string, string>> } {
  const error = thrown instanceof PlatformError ? thrown : internalError();
  const status = error instanceof ApiProblem ? error.status : statusOfKind[error.kind];
  return {
    problem: {
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail: error.message,
      code: error.code,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    },
    headers: error instanceof ApiProblem ? error.headers : {},
  };
}

function internalError(): PlatformError {
  return new PlatformError({
    code: 'INTERNAL',
    message: 'internal error of the control plane',
    hint: 'Look into .mysimbdp/logs/platform.log.',
  });
}

export function unauthorized(): ApiProblem {
  return new ApiProblem(
    401,
    {
      code: 'UNAUTHORIZED',
      message: 'a valid bearer token is required',
      hint: 'The platform’s token is in .mysimbdp/control-plane.json; it changes with every start.',
    },
    { 'WWW-Authenticate': 'Bearer realm="mysimbdp"' },
  );
}

export function platformTokenRequired(): ApiProblem {
  return new ApiProblem(403, {
    code: 'PLATFORM_TOKEN_REQUIRED',
    message: 'a tenant’s token can only report for its own runs',
  });
}

export function foreignHost(host: string | undefined): ApiProblem {
  return new ApiProblem(403, {
    code: 'FOREIGN_HOST',
    message: `the Host header names ${host === undefined ? 'nothing' : JSON.stringify(host.slice(0, 100))}`,
    hint: 'Reach the control plane as 127.0.0.1 or localhost.',
  });
}

export function noSuchRoute(): ApiProblem {
  return new ApiProblem(404, { code: 'NO_SUCH_ROUTE', message: 'the control plane has no such route' });
}

export function wrongMethod(method: string, allowed: readonly string[]): ApiProblem {
  return new ApiProblem(
    405,
    { code: 'WRONG_METHOD', message: `this route does not take ${method}`, hint: `It takes ${allowed.join(', ')}.` },
    { Allow: allowed.join(', ') },
  );
}

export function jsonRequired(): ApiProblem {
  return new ApiProblem(415, {
    code: 'JSON_REQUIRED',
    message: 'the body has to be JSON',
    hint: 'Send Content-Type: application/json, without compression.',
  });
}

export function bodyTooLarge(maxBytes: number): ApiProblem {
  return new ApiProblem(413, {
    code: 'BODY_TOO_LARGE',
    message: `the body has more than ${maxBytes.toString()} bytes`,
  });
}

export function malformedJson(): ApiProblem {
  return new ApiProblem(400, { code: 'MALFORMED_JSON', message: 'the body is not well-formed JSON' });
}

export function malformedRequest(status: number): ApiProblem {
  return new ApiProblem(status, { code: 'MALFORMED_REQUEST', message: 'the request is not understood' });
}

const shownIssues = 20;

/** @param where what the issues' paths are relative to: `body`, `query`, `path` */
export function invalidInput(where: string, error: z.ZodError): ApiProblem {
  const issues = error.issues
    .slice(0, shownIssues)
    .map(({ path, message }) => `${[where, ...path.map((step) => String(step))].join('.')}: ${message}`);
  const more = error.issues.length - issues.length;
  return new ApiProblem(400, {
    code: 'INVALID_INPUT',
    message: issues.join('; ') + (more > 0 ? `; and ${more.toString()} more` : ''),
  });
}

/** Why a long poll ends early: the control plane stops. */
export function controlPlaneStops(): PlatformError {
  return new PlatformError({
    code: 'CONTROL_PLANE_STOPS',
    message: 'the control plane is being stopped',
    kind: 'unreachable',
  });
}
