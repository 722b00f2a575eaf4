import assert from 'node:assert/strict';
import { AssertionError } from 'node:assert';
import { Suite, Test } from 'mocha';
import type { HostReport, HostTest } from '../exthost/host-run.ts';
import { runInExtensionHost, type HostRunOptions } from './extension-host.ts';
import { useWorkbench, type SuiteWorkbench } from './use-workbench.ts';

/**
 * Declares a suite whose tests run inside the extension host, and appear here one by one with what became of them.
 * `options` is called when the run begins.
 */
export function describeInExtensionHost(
  title: string,
  options: (workbench: SuiteWorkbench) => Promise<HostRunOptions>,
): void {
  describe(title, () => {
    const workbench = useWorkbench();
    let outcome: HostReport | Error | undefined;

    before(async function () {
      this.timeout(400_000);
      const around = this.test?.parent;
      assert.ok(around);
      try {
        outcome = await runInExtensionHost(workbench, await options(workbench));
        for (const test of outcome.tests) addTest(around, test);
      } catch (error) {
        outcome = error as Error;
      }
    });

    // Mocha passes over a suite without tests, so this one is there before the others are known.
    it('comes to its end in the extension host', () => {
      if (outcome instanceof Error) throw outcome;
      assert.ok(outcome);
      assert.notEqual(outcome.tests.length, 0, 'no test was run in the extension host');
    });
  });
}

function addTest(around: Suite, { titles, ...test }: HostTest): void {
  const suite = titles.slice(0, -1).reduce(within, around);
  const title = titles.at(-1) ?? '';
  if (test.state === 'pending') {
    suite.addTest(new Test(title));
    return;
  }
  suite.addTest(
    new Test(title, () => {
      if (test.state === 'passed') return;
      const { message, stack, actual, expected } = test.error ?? { message: 'failed without an error', stack: '' };
      const error =
        actual === undefined
          ? new Error(message)
          : new AssertionError({ message, actual, expected, operator: 'equal' });
      error.stack = stack;
      throw error;
    }),
  );
}

function within(parent: Suite, title: string): Suite {
  return parent.suites.find((suite) => suite.title === title) ?? Suite.create(parent, title);
}
