import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { pause, until } from '../../../src/foundation/deadlines.ts';
import type { ActivationFigures } from '../../bench/extension/figures.ts';

/** Resolves when the extension host has come to rest: what other extensions do at a start is not ours. */
async function calm(): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await until(30_000, 'an idle extension host', async () => {
    delay.reset();
    delay.enable();
    await pause(1000);
    delay.disable();
    return delay.max < 10e6;
  });
}

/** Not a test of the suite: `npm run bench -- extension` runs it in a window whose folder activates nothing. */
describe('the activation of the extension', () => {
  it('is measured', async () => {
    const out = process.env.MYSIMBDP_BENCH_OUT;
    assert.ok(out, 'MYSIMBDP_BENCH_OUT names no file');
    const extension = vscode.extensions.getExtension('mysimbdp.mysimbdp');
    assert.ok(extension && !extension.isActive, 'the extension is not there, or active already');
    await calm();
    const started = performance.now();
    await extension.activate();
    const ms = performance.now() - started;
    const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
    const figures: ActivationFigures = {
      ms,
      addons: sharedObjects.filter((path) => path.startsWith(extension.extensionPath)),
      modules: Object.keys(require.cache).filter((path) => path.startsWith(extension.extensionPath)),
    };
    await writeFile(out, JSON.stringify(figures));
  });
});
