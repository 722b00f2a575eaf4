import { isName } from '../../foundation/names.ts';
import { valueAt } from '../yaml-source.ts';
import { stretchOf, YamlTree } from './yaml-tree.ts';

/** An app of a profile and where its name stands. */
export interface AppPlace {
  app: string;
  /** Offset in UTF-16 units. */
  offset: number;
  /** Whether it is a module, which can be stepped through. */
  module: boolean;
}

/** The batch apps of a profile, also of one that has mistakes. */
export function appPlaces(text: string): AppPlace[] {
  const tree = new YamlTree(text);
  const apps = valueAt(tree.value, ['apps']);
  if (!Array.isArray(apps)) return [];
  return apps.flatMap((app: unknown, index): AppPlace[] => {
    const path = ['apps', index, 'name'];
    const name = valueAt(app, ['name']);
    const range = stretchOf(text, tree.pairAt(path)?.key);
    const runnable = typeof name === 'string' && isName(name) && valueAt(app, ['kind']) === 'batch';
    return runnable && range ? [{ app: name, offset: range.from, module: valueAt(app, ['entry']) !== undefined }] : [];
  });
}
