import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReviewsFile } from '../../../src/cli/demo/reviews-generator.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';

/** A tenant of the scene. */
export interface SceneTenant {
  name: string;
  weight: number;
}

const app = `import { defineBatchApp } from 'mysimbdp/sdk';
export default defineBatchApp({
  wrangle: ({ product_id, review_id, star_rating, review_date, review_headline }) =>
    ({ product_id, review_id, star_rating, review_date, review_headline: review_headline?.trim() }),
});
`;

function profile({ name, weight }: SceneTenant, maxFiles: number): string {
  return `tenant: ${name}
plan: weight_${weight}
batch: { files: { maxFiles: ${maxFiles}, settleSeconds: 0, extensions: [tsv] } }
tables:
  reviews:
    columns: { product_id: text, review_id: text, star_rating: int, review_date: date, review_headline: text }
    partitionKey: [product_id]
    clusteringKey: [review_id]
apps:
  - name: reviews
    kind: batch
    entry: apps/reviews/app.ts
    files: "*.tsv"
    format: { type: csv, delimiter: "\\t", quote: none, columns: [product_id, review_id] }
    table: reviews
`;
}

/** Makes a platform folder in which the tenants are registered. @param maxFiles of a run */
export async function makeTenants(
  root: string,
  tenants: readonly SceneTenant[],
  maxFiles: number,
): Promise<PlatformFolder> {
  const folder = new PlatformFolder(root);
  for (const tenant of tenants) {
    const { name } = tenant;
    await mkdir(join(folder.tenant(name), 'apps', 'reviews'), { recursive: true });
    await mkdir(folder.staging(name), { recursive: true });
    await writeFile(folder.profile(name), profile(tenant, maxFiles));
    await writeFile(join(folder.tenant(name), 'apps', 'reviews', 'app.ts'), app);
  }
  const weights = [...new Set(tenants.map(({ weight }) => weight))];
  const plans = weights.map((weight) => `  weight_${weight}: { weight: ${weight} }\n`).join('');
  const list = tenants.map(({ name }) => `  - name: ${name}\n`).join('');
  await writeFile(
    folder.platformFile,
    `platform: bench\nlimits: { maxTenants: ${tenants.length} }\nplans:\n${plans}tenants:\n${list}`,
  );
  return folder;
}

/** Numbers of reviews that were given out, so that no two files are the same. */
let nextReview = 0;

/** Stages a file of so many reviews, complete. */
export async function stageReviews(folder: PlatformFolder, tenant: string, name: string, rows: number): Promise<void> {
  const firstReview = nextReview;
  nextReview += rows;
  const reviews = new ReviewsFile({ category: 'Books', rows, seed: firstReview + 1, firstReview });
  const unfinished = join(folder.root, 'unfinished');
  await writeFile(unfinished, [...reviews.chunks()].join(''));
  await rename(unfinished, join(folder.staging(tenant), name));
}

/** Stages one large file: the same lines again and again, for to make new ones would take longer than to ingest them. */
export async function stageLarge(folder: PlatformFolder, tenant: string, megabytes: number): Promise<void> {
  const block = [...new ReviewsFile({ category: 'Books', rows: 100_000, seed: 7 }).chunks()].join('');
  const header = block.slice(0, block.indexOf('\n') + 1);
  const lines = Buffer.from(block.slice(header.length));
  const unfinished = join(folder.root, 'unfinished');
  const handle = await open(unfinished, 'w');
  await handle.write(header);
  for (let written = 0; written < megabytes * 1e6; written += lines.length) await handle.write(lines);
  await handle.close();
  await rename(unfinished, join(folder.staging(tenant), 'large.tsv'));
}
