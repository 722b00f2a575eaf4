import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { ControlPlaneClient } from '../../../src/api/client.ts';
import { findControlPlane } from '../../../src/api/location.ts';
import { until } from '../../../src/foundation/deadlines.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import type { IngestionFigures } from '../../bench/extension/figures.ts';
import { activated, folder } from './extension.ts';

/** Not a test of the suite: `npm run bench -- extension` runs it in a platform with two tenants and a file for each. */
describe('ingestion in the editor', () => {
  it('is measured', async function () {
    this.timeout(240_000);
    const out = process.env.MYSIMBDP_BENCH_OUT;
    assert.ok(out, 'MYSIMBDP_BENCH_OUT names no file');
    await activated();
    const platform = new PlatformFolder(folder().fsPath);
    await vscode.commands.executeCommand('mysimbdp.startPlatform');
    const location = await findControlPlane(platform);
    assert.ok(location, 'the platform is not up');
    assert.equal(location.pid, process.pid, 'the managers run in the extension host');
    const client = new ControlPlaneClient(location);

    const paint = await vscode.commands.executeCommand<IngestionFigures['paint']>('mysimbdp.openMonitor');
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const started = performance.now();
    delay.enable();
    for (const tenant of ['first', 'second'])
      await rename(join(platform.root, `${tenant}.tsv`), join(platform.staging(tenant), 'reviews.tsv'));
    const records = await until(
      200_000,
      'the end of both runs',
      async () => {
        const log = await client.ingestionLog({ limit: 10 });
        return log.length >= 2 && log;
      },
      undefined,
      200,
    );
    delay.disable();
    const figures: IngestionFigures = {
      paint,
      seconds: (performance.now() - started) / 1000,
      rows: records.reduce((sum, { counters }) => sum + counters.read, 0),
      outcomes: records.map(({ outcome }) => outcome),
      delayP99Ms: delay.percentile(99) / 1e6,
      delayMaxMs: delay.max / 1e6,
    };
    await writeFile(out, JSON.stringify(figures));
    await vscode.commands.executeCommand('mysimbdp.stopPlatform');
  });
});
