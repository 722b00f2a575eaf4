import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, relative, sep, win32 } from 'node:path';
import { didYouMean } from '../foundation/suggestions.ts';

/** What is at a path that a tenant wrote: `outside` its folder, be it by `..` or by a symbolic link, is never touched. */
export type PathKind = 'file' | 'folder' | 'missing' | 'outside';

/** @param folder absolute; @param path as the tenant wrote it, relative to the folder, with '/' or '\' */
export async function pathKind(folder: string, path: string): Promise<PathKind> {
  if (posix.isAbsolute(path) || win32.isAbsolute(path) || !isBelow(folder, join(folder, path))) return 'outside';
  try {
    const [root, target] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
    if (!isBelow(root, target)) return 'outside';
    return (await stat(target)).isFile() ? 'file' : 'folder';
  } catch {
    // Also links to nothing or round in a circle, and names that the system does not take.
    return 'missing';
  }
}

/** The path below `folder` that was probably meant by one where nothing is. */
export async function nearestPath(folder: string, path: string): Promise<string | undefined> {
  const parent = posix.dirname(path);
  const names = await readdir(join(folder, parent)).catch(() => []);
  const near = didYouMean(posix.basename(path), names);
  return near === undefined ? undefined : posix.join(parent, near);
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Whether the file at `path`, absolute, really is below `folder`, wherever links lead. */
export async function isInside(folder: string, path: string): Promise<boolean> {
  const [root, target] = await Promise.all([realpath(folder), realpath(path)]);
  return isBelow(root, target);
}

/** Whether `tenants/<tenant>` and the profile in it are where they seem to be, not links to other places. */
export async function isInPlace(tenants: string, tenant: string): Promise<boolean> {
  const folder = join(tenants, tenant);
  const [root, real, profile] = await Promise.all([
    realpath(tenants),
    realpath(folder),
    realpath(join(folder, 'tenant.yaml')),
  ]);
  return dirname(real) === root && real === join(root, tenant) && isBelow(real, profile);
}
