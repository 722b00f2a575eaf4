import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { packageRoot } from '../../../src/foundation/programs.ts';

const places = /((?:\/[^\s():]+)+\.js):(\d+):(\d+)/g;

/** A stack with places in the sources, where it has places in bundles whose source maps lie beside them. */
export function mappedStack(stack: string): string {
  return stack.replaceAll(places, (place, bundle: string, line: string, column: string) => {
    const map = sourceMap(bundle)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!map || !('originalSource' in map)) return place;
    const source = relative(packageRoot, resolve(dirname(bundle), map.originalSource));
    return `${source}:${map.originalLine + 1}:${map.originalColumn + 1}`;
  });
}

function sourceMap(bundle: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    return undefined; // not one of the bundles
  }
}
