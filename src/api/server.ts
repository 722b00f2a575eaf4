import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import type { ControlPlane } from './control-plane.ts';
import { LongPolls } from './long-polls.ts';
import { malformedRequest, toProblem } from './problems.ts';
import { createRoutes, problemResponse } from './routes.ts';

export interface ApiServer extends AsyncDisposer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
}

/** How long a stop waits for answers that are on their way, in milliseconds. */
const stopGraceMs = 1_000;
/** A runner holds two connections; above this new ones are closed at once. */
const maxConnections = 1_024;

/**
 * Serves the control plane's API on 127.0.0.1 until it is disposed.
 * @param options.port 0 (the default) takes a free one
 * @param options.onFault is told the errors that clients see as "internal error" only
 */
export async function startApiServer(
  controlPlane: ControlPlane,
  options: { port?: number; onFault?: (error: Error) => void } = {},
): Promise<ApiServer> {
  const polls = new LongPolls();
  const routes = createRoutes(controlPlane, polls, options.onFault ?? (() => undefined));
  const answer = getRequestListener((request, bindings) => routes.fetch(request, bindings), {
    // The extension host shares its globals with every other extension.
    overrideGlobalObjects: false,
    errorHandler: () => problemResponse(malformedRequest(400)),
  });
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 60_000, maxHeaderSize: 16 * 1024 },
    (request, response) => void answer(request, response),
  );
  server.maxConnections = maxConnections;
  server.on('clientError', answerClientError);
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port.toString()}`, dispose: () => stop(server, polls) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function stop(server: Server, polls: LongPolls): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  polls.dispose();
  // Connections become idle one by one as their answers leave.
  const sweep = setInterval(() => server.closeIdleConnections(), 10);
  const giveUp = setTimeout(() => server.closeAllConnections(), stopGraceMs);
  try {
    await closed;
  } finally {
    clearInterval(sweep);
    clearTimeout(giveUp);
  }
}

const statusOfClientError: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What Node's parser refuses never becomes a request; it is answered on the bare socket. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { problem } = toProblem(malformedRequest(statusOfClientError[error.code ?? ''] ?? 400));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status.toString()} ${problem.title}\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body).toString()}\r\n\r\n${body}`,
  );
}
