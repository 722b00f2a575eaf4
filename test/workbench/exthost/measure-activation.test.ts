import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ActivationFigures } from '../../bench/extension/figures.ts';

/** Not a test of the suite: `npm run bench -- extension` runs it in a window whose folder activates nothing. */
describe('the activation of the extension', () => {
  it('is measured', async () => {
    const out = process.env.MYSIMBDP_BENCH_OUT;
    assert.ok(out, 'MYSIMBDP_BENCH_OUT names no file');
    const extension = vscode.extensions.getExtension('mysimbdp.mysimbdp');
    assert.ok(extension && !extension.isActive, 'the extension is not there, or active already');
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
