import { join } from 'node:path';
import { createPlatformFolder } from '../../../src/tenants/scaffold.ts';
import { addBenchTenant, generateReviews, say, whole } from '../bench-platform.ts';
import type { IngestionFigures } from './figures.ts';
import { measuredInHost } from './measured-in-host.ts';

const rowsOfFile = 148_310;

/** Two tenants ingest at full speed while the monitoring panel is open: what else lives in the extension host waits so long. */
export async function benchIngestion(root: string): Promise<void> {
  const folder = await createPlatformFolder(join(root, 'platform'), 'bench');
  for (const tenant of ['first', 'second']) {
    await addBenchTenant(folder, { tenant, template: 'reviews' });
    await generateReviews(join(folder.root, `${tenant}.tsv`), rowsOfFile);
  }
  const figures = await measuredInHost<IngestionFigures>(root, 'measure-ingestion', { folder: folder.root });
  const { paint, rows, seconds, outcomes, delayP99Ms, delayMaxMs } = figures;
  say(
    `ingestion in the editor: ${whole(rows)} records of two tenants in ${seconds.toFixed(1)} s, ${whole(rows / seconds)} rows/s (${outcomes.join(', ')})`,
  );
  say(
    `  event-loop delay of the extension host p99 ${delayP99Ms.toFixed(1)} ms, max ${delayMaxMs.toFixed(1)} ms (resolution 1 ms)`,
  );
  say(
    paint
      ? `  first picture of the panel after ${paint.ms.toFixed(0)} ms, ${paint.pageMs.toFixed(0)} ms of them its own`
      : '  the panel showed nothing',
  );
}
