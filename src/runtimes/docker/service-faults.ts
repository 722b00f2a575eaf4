import { PlatformError } from '../../foundation/errors.ts';

/** What the engine says of a container that has ended. */
export interface Ending {
  exitCode: number;
  oomKilled: boolean;
}

/** How much of what a server has said is shown. */
const saidLines = 15;

function fault(code: string, message: string, hint: string): PlatformError {
  return new PlatformError({ code, message, hint, kind: 'unreachable' });
}

/** 137 is SIGKILL, from whomever; 143 is the normal end of a JVM that was asked to. */
export function serviceEnded(
  service: string,
  { exitCode, oomKilled }: Ending,
  lastLines: readonly string[],
): PlatformError {
  // The engine remembers as well that it was another process of the container that the kernel has ended.
  if (oomKilled && exitCode === 137) {
    return fault(
      'SERVICE_OUT_OF_MEMORY',
      `${service} was ended for want of memory (exit code ${exitCode})`,
      'Give the container engine more memory, or run fewer nodes.',
    );
  }
  if (exitCode === 137) {
    return fault(
      'SERVICE_KILLED',
      `${service} was killed (exit code 137)`,
      'Somebody ended it, or the machine of the engine ran out of memory: its kernel log tells.',
    );
  }
  if (exitCode === 143 || exitCode === 0)
    return fault('SERVICE_STOPPED', `${service} was stopped from outside (exit code ${exitCode})`, 'Nothing is lost.');
  if (lastLines.some((line) => /no space left on device/i.test(line))) {
    return fault(
      'SERVICE_DISK_FULL',
      `${service} has no space left for its data`,
      'See what takes it with "docker system df -v", and free it.',
    );
  }
  return fault('SERVICE_CRASHED', `${service} ended by itself (exit code ${exitCode})`, saidLast(lastLines));
}

export function serviceNotReady(
  service: string,
  seconds: number,
  why: string,
  lastLines: readonly string[],
): PlatformError {
  return fault('SERVICE_NOT_READY', `${service} was not ready within ${seconds} s: ${why}`, saidLast(lastLines));
}

/** @param kind `cassandra`, `kafka` */
export function clusterSizeFixed(kind: string, there: number, wanted: number): PlatformError {
  const setting = kind === 'cassandra' ? 'nodes' : 'brokers';
  return new PlatformError({
    code: 'CLUSTER_SIZE_FIXED',
    message: `the data of ${kind} is that of a cluster of ${there}, and mysimbdp.yaml asks for ${wanted}`,
    hint: `Set runtime.docker.${setting} to ${there}, or remove the data with "mysimbdp down --purge".`,
    kind: 'conflict',
  });
}

/** Told, not thrown: the service goes on without what it had. */
export function dataLost(service: string): string {
  return `the volume of ${service} was removed by somebody else: it starts without data`;
}

export function serviceRemoved(service: string): PlatformError {
  return fault(
    'SERVICE_REMOVED',
    `the container of ${service} was removed by somebody else`,
    'Its data is in its volume.',
  );
}

export function servicePaused(service: string, container: string): PlatformError {
  return fault('SERVICE_PAUSED', `${service} is paused`, `Let it go on with "docker unpause ${container}".`);
}

export function serviceSilent(service: string): PlatformError {
  return fault(
    'SERVICE_NOT_ANSWERING',
    `${service} runs but does not answer`,
    `See "mysimbdp logs --service ${service}".`,
  );
}

function saidLast(lines: readonly string[]): string {
  const last = lines.slice(-saidLines).join('\n');
  return last.trim() === '' ? 'It has said nothing.' : `It said last:\n${last}`;
}
