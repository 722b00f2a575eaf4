import assert from 'node:assert/strict';
import { AssertionError } from 'node:assert';
import { Suite, Test } from 'mocha';
import type { Files } from '../../unit/tenants/platform-fixture.ts';
import type { HostReport, HostTest } from '../exthost/host-run.ts';
import { useElectron } from './electron.ts';
import type { OpenedPlatform } from './platform-folder.ts';
import type { WindowContent } from './server.ts';
import { useWorkbench } from './use-workbench.ts';

export interface HostRunOptions {
  /** Names of suites in test/workbench/exthost, without `.test.ts`. */
  suites: readonly string[];
  content: WindowContent;
  /** For the whole run, in ms. */
  deadline: number;
}

/** An editor with the packaged extension, in whose extension host suites can run: the workbench, or the desktop's. */
export interface HostEditor {
  /** A platform folder, sound unless `files` say otherwise; it is removed behind the suite. */
  platform(files?: Files): Promise<OpenedPlatform>;
  runSuites(options: HostRunOptions): Promise<HostReport>;
}

/** How often a run in the extension host is tried. */
const mostTries = 2;

/** `npm run test:electron` sets it. */
const useEditor: () => HostEditor = process.env.MYSIMBDP_EDITOR === 'electron' ? useElectron : useWorkbench;

/**
 * Declares a suite whose tests run inside the extension host, and appear here one by one with what became of them.
 * `options` is called when the run begins.
 */
export function describeInExtensionHost(
  title: string,
  options: (editor: HostEditor) => Promise<Pick<HostRunOptions, 'suites' | 'content'>>,
): void {
  describe(title, () => {
    const editor = useEditor();
    let outcome: HostReport | Error | undefined;

    before(async function () {
      this.timeout(900_000); // the editor may have to be downloaded
      const around = this.test?.parent;
      assert.ok(around);
      try {
        const run = async () => editor.runSuites({ ...(await options(editor)), deadline: 300_000 });
        // As with tests of windows, what fails is tried again: in a new window and folder, since what is wrong then is the window.
        for (let tries = 1; tries <= mostTries; tries++) {
          outcome = await run();
          if (outcome.tests.every(({ state }) => state !== 'failed')) break;
        }
        assert.ok(outcome && 'tests' in outcome);
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
