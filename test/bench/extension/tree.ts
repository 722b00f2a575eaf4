import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pause } from '../../../src/foundation/deadlines.ts';
import type { Node } from '../../../src/extension/views/node.ts';
import { openEditor } from '../../unit/extension/editor/editor.ts';
import { manyTenants } from '../../unit/extension/views/many-tenants.ts';
import { median, say, whole } from '../bench-platform.ts';

const tenants = 1000;
/** Tenants that are open, as many that run, and as many whose figures are others with each status. */
const open = 20;
const busy = 50;
const statuses = 80;
const everyMs = 250;

/** The view of a thousand tenants while the status changes four times a second: how long the process stands still for it. */
export async function benchTree(): Promise<void> {
  openEditor();
  const { tree, becomes } = await manyTenants(tenants);
  const roots = await tree.getChildren();
  for (const node of roots.slice(0, open)) await tree.getChildren(node);
  let drawn = 0;
  // As the editor does it: what has changed is asked for again, with what is open below it.
  tree.onDidChangeTreeData((nodes) => {
    for (const node of nodes ?? []) void draw(node);
  });
  async function draw(node: Node): Promise<void> {
    drawn++;
    tree.getTreeItem(node);
    if (roots.indexOf(node) < open) await tree.getChildren(node);
  }
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const times: number[] = [];
  for (let status = 0; status < statuses; status++) {
    const first = (status * busy) % tenants;
    const runs = Array.from({ length: busy }, (_, n) => first + n);
    becomes(({ waitingFiles }, n) => (n >= first && n < first + busy ? { waitingFiles: waitingFiles + 1 } : {}), runs);
    const before = performance.now();
    tree.refresh();
    times.push(performance.now() - before);
    await pause(everyMs);
  }
  delay.disable();
  tree.dispose();
  say(
    `view of ${whole(tenants)} tenants, ${busy} of them busy: a new status every ${everyMs} ms takes ${median(times).toFixed(1)} ms, at most ${Math.max(...times).toFixed(1)}; ${whole(drawn / statuses)} nodes drawn for each`,
  );
  say(
    `  event-loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms (resolution 1 ms)`,
  );
}
