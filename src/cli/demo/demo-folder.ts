import { copyFile, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import { packageRoot } from '../../foundation/programs.ts';
import { registerTenant } from '../../tenants/registry.ts';
import { createPlatformFolder, createTenantFromTemplate } from '../../tenants/scaffold.ts';
import { ReviewsFile, type ReviewsOptions, type ReviewsSummary } from './reviews-generator.ts';

export interface DemoOptions {
  /** Share of the usual number of generated rows, above 0; default 1. */
  scale?: number;
  /** Ends the making; what was made so far stays. */
  signal?: AbortSignal;
  /** Is told the tenant that is made now. */
  onTenant?: (tenant: string) => void;
}

/** What the records of a file must come to. */
interface ExpectedCounts {
  read: number;
  stored: number;
  filtered: number;
  quarantined: number;
}

export interface DemoFile {
  name: string;
  bytes: number;
  /** One sentence on what is special about the file. */
  about: string;
  /** Undefined when the file must be refused before it is read. */
  expected: ExpectedCounts | undefined;
}

interface DemoTenant {
  tenant: string;
  about: string;
  files: DemoFile[];
}

export interface DemoDescription {
  folder: PlatformFolder;
  tenants: DemoTenant[];
  /** Tenants that could not be made, with the reason. */
  leftOut: { tenant: string; reason: string }[];
}

const gamesFileLimitMb = 12;

/**
 * Makes a platform folder in `dir` with three tenants, registered, their files in staging: made-up reviews that are the
 * same every time, and real bird strikes. Some files are there to fail.
 * @throws PlatformError ALREADY_A_PLATFORM_FOLDER
 */
export async function createDemo(dir: string, options: DemoOptions = {}): Promise<DemoDescription> {
  const { scale = 1, signal, onTenant } = options;
  const folder = await createPlatformFolder(dir, 'demo');
  onTenant?.('gift_card');
  const reviewers = [await giftCard(folder, scale, signal)];
  onTenant?.('digital_video_games');
  const tenants = [...reviewers, await digitalVideoGames(folder, scale, signal)];
  const leftOut: DemoDescription['leftOut'] = [];
  const birdstrikesFile = findBirdstrikes();
  if (birdstrikesFile === undefined)
    leftOut.push({
      tenant: 'birdstrikes',
      reason: 'its data is in the npm package vega-datasets, which is not installed',
    });
  else {
    onTenant?.('birdstrikes');
    tenants.push(await birdstrikes(folder, birdstrikesFile));
  }
  signal?.throwIfAborted();
  for (const { tenant } of tenants) await registerTenant(folder, tenant);
  return { folder, tenants, leftOut };
}

async function giftCard(folder: PlatformFolder, scale: number, signal?: AbortSignal): Promise<DemoTenant> {
  const tenant = 'gift_card';
  await createTenantFromTemplate(folder, tenant, 'reviews');
  await adjustProfile(folder, tenant, [[`tenant: '${tenant}'`, `tenant: ${tenant}\nplan: gold`]]);
  const options = { category: 'Gift Card', rows: Math.ceil(148_310 * scale), seed: 148_310 };
  return {
    tenant,
    about: 'customer reviews, made up, with the dirt that real ones have',
    files: [
      await reviews(
        folder,
        tenant,
        'gift_card_reviews.tsv',
        options,
        'some reviews have wrong types or no body',
        signal,
      ),
    ],
  };
}

async function digitalVideoGames(folder: PlatformFolder, scale: number, signal?: AbortSignal): Promise<DemoTenant> {
  const tenant = 'digital_video_games';
  await createTenantFromTemplate(folder, tenant, 'reviews');
  await adjustProfile(folder, tenant, [
    [`tenant: '${tenant}'`, `tenant: ${tenant}\nplan: basic`],
    ['maxFileSizeMb: 100', `maxFileSizeMb: ${gamesFileLimitMb * scale}`],
  ]);
  const category = 'Digital_Video_Games';
  const rows = Math.ceil(20_000 * scale);
  const files: DemoFile[] = [];
  for (const part of [1, 2, 3]) {
    const options = { category, rows, seed: 60_000 + part, firstReview: part * 1_000_000 };
    files.push(
      await reviews(
        folder,
        tenant,
        `games_part${part}.tsv`,
        options,
        'a run takes two files: the third waits for the next',
        signal,
      ),
    );
  }
  const tooLarge = { category, rows: 2 * rows, seed: 60_004, firstReview: 4_000_000 };
  files.push({
    ...(await reviews(
      folder,
      tenant,
      'games_backlog.tsv',
      tooLarge,
      `too large: the tenant takes ${gamesFileLimitMb * scale} MB`,
      signal,
    )),
    expected: undefined,
  });
  const cut = { category, rows: Math.ceil(500 * scale), seed: 60_005, firstReview: 5_000_000 };
  files.push(await cutOff(folder, tenant, 'games_cut_off.tsv', cut));
  const notes = 'Reviews of March follow next week.\n';
  await stage(folder, tenant, 'notes.docx', notes);
  files.push({ name: 'notes.docx', bytes: notes.length, about: 'a wrong extension', expected: undefined });
  return { tenant, about: 'customer reviews in several files, some of which must be refused', files };
}

async function birdstrikes(folder: PlatformFolder, data: string): Promise<DemoTenant> {
  const tenant = 'birdstrikes';
  const name = 'birdstrikes.csv';
  await createTenantFromTemplate(folder, tenant, 'birdstrikes');
  await adjustProfile(folder, tenant, [[`tenant: '${tenant}'`, `tenant: ${tenant}\nplan: basic`]]);
  const path = join(folder.staging(tenant), name);
  await copyFile(data, `${path}.part`);
  await rename(`${path}.part`, path);
  return {
    tenant,
    about: 'real reports of aircraft that hit wildlife (vega-datasets)',
    files: [
      {
        name,
        bytes: (await stat(path)).size,
        about: 'the app throws where the damage is none of the known ones, and filters aircraft that were parked',
        expected: { read: 10_000, stored: 9974, filtered: 11, quarantined: 15 },
      },
    ],
  };
}

function findBirdstrikes(): string | undefined {
  try {
    const main = createRequire(join(packageRoot, 'package.json')).resolve('vega-datasets');
    return join(dirname(main), '..', 'data', 'birdstrikes.csv');
  } catch {
    return undefined;
  }
}

async function reviews(
  folder: PlatformFolder,
  tenant: string,
  name: string,
  options: ReviewsOptions,
  about: string,
  signal?: AbortSignal,
): Promise<DemoFile> {
  const file = new ReviewsFile(options);
  const bytes = await stage(folder, tenant, name, file.chunks(), signal);
  return { name, bytes, about, expected: expectedCounts(file.summary) };
}

async function cutOff(
  folder: PlatformFolder,
  tenant: string,
  name: string,
  options: ReviewsOptions,
): Promise<DemoFile> {
  const none = { missingBody: 0, impossibleVotes: 0, wrongRating: 0, wrongDate: 0, missingField: 0, extraField: 0 };
  const lines = [...new ReviewsFile({ ...options, defects: none }).chunks()].join('').trimEnd().split('\n');
  const last = lines.pop() ?? '';
  // In the middle of the fifth of fifteen columns.
  const cut = last.split('\t', 5).join('\t').slice(0, -4);
  const bytes = await stage(folder, tenant, name, `${lines.join('\n')}\n${cut}`);
  const read = options.rows;
  return {
    name,
    bytes,
    about: 'cut off in the middle of its last record',
    expected: { read, stored: read - 1, filtered: 0, quarantined: 1 },
  };
}

/** What the reviews app makes of a file. */
function expectedCounts({ rows, defects }: ReviewsSummary): ExpectedCounts {
  const { missingBody: filtered, ...refused } = defects;
  const quarantined = Object.values(refused).reduce((sum, count) => sum + count, 0);
  return { read: rows, stored: rows - filtered - quarantined, filtered, quarantined };
}

/** Writes a file under a name that is not taken from staging until it is complete; gives its bytes. */
async function stage(
  folder: PlatformFolder,
  tenant: string,
  name: string,
  content: string | Iterable<string>,
  signal?: AbortSignal,
): Promise<number> {
  const path = join(folder.staging(tenant), name);
  await writeFile(`${path}.part`, content, signal ? { signal } : {});
  await rename(`${path}.part`, path);
  return (await stat(path)).size;
}

async function adjustProfile(
  folder: PlatformFolder,
  tenant: string,
  changes: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  const path = folder.profile(tenant);
  let text = await readFile(path, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the template of ${tenant} has no "${from}"`);
    text = text.replace(from, to);
  }
  await writeFile(path, text);
}
