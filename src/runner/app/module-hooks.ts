import { readFile } from 'node:fs/promises';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'sucrase';
import { systemCode } from '../../foundation/errors.ts';

// Hooks of Node's module loader, in a thread of their own: a tenant's app imports `mysimbdp/sdk` wherever it lies, and
// TypeScript without a build step (types are stripped; nothing is checked).

let sdkUrl = '';

export const initialize: InitializeHook<{ sdk: string }> = ({ sdk }) => {
  sdkUrl = sdk;
};

const typescriptEndings = ['.ts', '.mts', '.js'];

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  if (specifier === 'mysimbdp/sdk') return { url: sdkUrl, format: 'module', shortCircuit: true };
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    // As TypeScript resolves: './clean' and './clean.js' may both mean clean.ts.
    if (systemCode(error) !== 'ERR_MODULE_NOT_FOUND' || !/^\.{1,2}\//.test(specifier)) throw error;
    const bare = specifier.replace(/\.m?js$/, '');
    for (const ending of typescriptEndings) {
      try {
        return await nextResolve(bare + ending, context);
      } catch {
        // The next ending; the first error is the one to tell.
      }
    }
    throw error;
  }
};

export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return nextLoad(url, context);
  const path = fileURLToPath(url);
  const ending = extname(path);
  if (ending === '.ts' || ending === '.mts') {
    return { format: 'module', source: withoutTypes(await readFile(path, 'utf8'), path, url), shortCircuit: true };
  }
  if (ending === '.js' && context.format !== 'module') {
    const source = await readFile(path, 'utf8');
    // A tenant's folder has no package.json that would say so.
    if (/^\s*(import|export)\b/m.test(source)) return { format: 'module', source, shortCircuit: true };
  }
  return nextLoad(url, context);
};

/** Lines stay where they are. The source map, which only a debugger reads, says so, and what the columns were. */
function withoutTypes(text: string, path: string, url: string): string {
  const { code, sourceMap } = transform(text, {
    transforms: ['typescript'],
    disableESTransforms: true,
    preserveDynamicImport: true,
    filePath: path,
    sourceMapOptions: { compiledFilename: path },
  });
  const map = Buffer.from(JSON.stringify({ ...sourceMap, file: url, sources: [url], sourcesContent: [text] }));
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${map.toString('base64')}\n`;
}
