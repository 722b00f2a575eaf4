import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { median, say } from '../bench-platform.ts';
import type { ActivationFigures } from './figures.ts';
import { measuredInHost } from './measured-in-host.ts';

const rounds = 5;

/**
 * How long it takes from the editor's decision to activate the extension until it is active, all of it: reading its code,
 * running it, and `activate`. The extension host is at rest before, in a window whose folder activates nothing.
 */
export async function benchActivation(folder: string): Promise<void> {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  const all: ActivationFigures[] = [];
  for (let round = 0; round < rounds; round++)
    all.push(await measuredInHost<ActivationFigures>(folder, 'measure-activation', { folder: empty }));
  const times = all.map(({ ms }) => ms);
  const loaded = new Set(all.flatMap(({ addons, modules }) => [...addons, ...modules]).map((path) => basename(path)));
  say(
    `activation: ${median(times).toFixed(1)} ms, median of ${rounds} (${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)}); loaded of the package beside ES modules: ${[...loaded].join(', ')}`,
  );
}
