import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
// Bundled code runs from dist (or a chunk below it), unbundled code (tests) from src/foundation.
const dist =
  basename(here) === 'dist' ? here : basename(here) === 'chunks' ? dirname(here) : join(here, '..', '..', 'dist');

/** The bundled programs of the platform, by name. */
export const programNames = [
  'cli',
  'runner',
  'app-host',
  'writer',
  'metadata-worker',
  'hash-worker',
  'profile-thread',
  'coredms-reader',
  'module-hooks',
  'sample-run',
  'sample-debug',
  'sdk',
] as const;
type Program = (typeof programNames)[number];

/** The absolute path of a bundled program of the platform. */
export function programPath(name: Program): string {
  return join(dist, `${name}.js`);
}

/** The folder that holds package.json, templates and media: the installed package or extension. */
export const packageRoot = dirname(dist);
