import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { FrameLocator } from 'playwright-core';

/** What axe-core finds that is serious or critical in a webview, one line each. */
export async function seriousViolations(view: FrameLocator): Promise<string[]> {
  const page = await view.locator('html').elementHandle();
  const frame = await page.ownerFrame();
  if (!frame) throw new Error('the webview has no frame');
  await frame.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const results = await frame.evaluate<AxeResults>('axe.run(document)');
  if (results.passes.length === 0) throw new Error('axe-core has checked nothing');
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}
