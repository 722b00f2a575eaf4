import { inspect } from 'node:util';
import type { HostError, HostReport, HostTest } from './host-run.ts';

/** Writes down what becomes of each test, and of hooks that fail. */
export function follow(runner: Mocha.Runner): HostReport {
  const report: HostReport = { tests: [] };
  runner.on('pass', (test) => report.tests.push(hostTest(test, 'passed')));
  runner.on('pending', (test) => report.tests.push(hostTest(test, 'pending')));
  runner.on('fail', (test: Mocha.Runnable, error: unknown) =>
    report.tests.push({ ...hostTest(test, 'failed'), error: hostError(error) }),
  );
  return report;
}

function hostTest(test: Mocha.Runnable, state: HostTest['state']): HostTest {
  return { titles: test.titlePath(), state, duration: test.duration ?? 0 };
}

function hostError(error: unknown): HostError {
  if (!(error instanceof Error)) return { message: inspect(error), stack: inspect(error) };
  const { message, stack = message, actual, expected } = error as Error & { actual?: unknown; expected?: unknown };
  if (actual === undefined && expected === undefined) return { message, stack };
  return { message, stack, actual: text(actual), expected: text(expected) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 10, sorted: true });
}
