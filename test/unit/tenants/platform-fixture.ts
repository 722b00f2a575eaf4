import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import type { Diagnostic } from '../../../src/tenants/diagnostics.ts';
import { formatDiagnostic } from '../../../src/tenants/diagnostics.ts';
import type { LoadedPlatform } from '../../../src/tenants/load.ts';
import { loadPlatform } from '../../../src/tenants/load.ts';

export const platformFile = `platform: test
limits:
  maxFileSizeMb: 500
  memoryMb: 1024
  extensions: [csv, tsv, csv.gz]
plans:
  gold: { weight: 3, guaranteed: { rowsPerSecond: 1000 }, batch: { quota: { mbPerDay: 900 } } }
tenants:
  - name: shop
`;

export const profile = `tenant: shop
plan: gold
batch:
  files: { maxFiles: 2, maxFileSizeMb: 100, extensions: [tsv] }
tables:
  sales:
    columns:
      id: text
      day: date
      price: double
      tags: list<text>
    partitionKey: [id]
    clusteringKey: [day]
apps:
  - name: sales
    kind: batch
    entry: apps/sales/app.ts
    files: "*.tsv"
    format: { type: csv, delimiter: "\\t", quote: none }
    table: sales
`;

/** Contents by path; undefined leaves out a file that the sound platform has. */
export type Files = Record<string, string | Uint8Array | undefined>;

const sound: Files = {
  'mysimbdp.yaml': platformFile,
  'tenants/shop/tenant.yaml': profile,
  'tenants/shop/apps/sales/app.ts': 'export default {};\n',
};

/** Gives `use` a platform folder with one sound tenant and the given files, and removes it afterwards. */
export async function withPlatform(files: Files, use: (folder: PlatformFolder) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'mysimbdp-tenants-'));
  try {
    for (const [path, content] of Object.entries({ ...sound, ...files })) {
      if (content === undefined) continue;
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    await use(new PlatformFolder(root));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export async function load(files: Files): Promise<LoadedPlatform> {
  let loaded: LoadedPlatform | undefined;
  await withPlatform(files, async (folder) => {
    loaded = await loadPlatform(folder);
  });
  assert.ok(loaded);
  return loaded;
}

/** The sound profile with one text replaced by another. */
export function profileWith(...replacements: [from: string, to: string][]): Files {
  return { 'tenants/shop/tenant.yaml': replaced(profile, replacements) };
}

export function platformWith(...replacements: [from: string, to: string][]): Files {
  return { 'mysimbdp.yaml': replaced(platformFile, replacements) };
}

function replaced(text: string, replacements: [from: string, to: string][]): string {
  return replacements.reduce((result, [from, to]) => {
    assert.ok(result.includes(from), `the fixture has no ${JSON.stringify(from)}`);
    return result.replace(from, () => to);
  }, text);
}

export function shown(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(formatDiagnostic).join('\n');
}
