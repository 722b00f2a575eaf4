import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDemo, type DemoDescription, type DemoFile } from '../../../src/cli/demo/demo-folder.ts';
import { loadPlatform } from '../../../src/tenants/load.ts';

describe('the demo folder', () => {
  let root: string;
  let demo: DemoDescription;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'demo-'));
    demo = await createDemo(join(root, 'platform'), { scale: 0.05 });
  });
  after(async () => {
    await rm(root, { recursive: true, force: true });
  });

  function file(tenant: string, name: string): DemoFile {
    const found = demo.tenants.find((one) => one.tenant === tenant)?.files.find((one) => one.name === name);
    assert.ok(found, `${tenant}/${name}`);
    return found;
  }

  const read = (tenant: string, name: string): Promise<string> =>
    readFile(join(demo.folder.staging(tenant), name), 'utf8');

  it('is a platform whose tenants are registered and without fault', async () => {
    const { registered, profiles, diagnostics } = await loadPlatform(demo.folder);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(registered, ['gift_card', 'digital_video_games', 'birdstrikes']);
    assert.deepEqual([...profiles.keys()].sort(), [...registered].sort());
    assert.deepEqual(demo.leftOut, []);
  });

  it('describes each file in staging', async () => {
    for (const { tenant, files } of demo.tenants) {
      assert.deepEqual((await readdir(demo.folder.staging(tenant))).sort(), files.map(({ name }) => name).sort());
      for (const { name, bytes } of files) assert.equal(Buffer.byteLength(await read(tenant, name)), bytes);
    }
  });

  it('tells what the records of a file must come to', async () => {
    const { expected } = file('gift_card', 'gift_card_reviews.tsv');
    assert.ok(expected);
    const lines = (await read('gift_card', 'gift_card_reviews.tsv')).split('\n').slice(1, -1);
    assert.equal(expected.read, Math.ceil(148_310 * 0.05));
    assert.equal(expected.read, lines.length);
    assert.equal(expected.read, expected.stored + expected.filtered + expected.quarantined);
    assert.ok(expected.filtered > 0 && expected.quarantined > 0);
    assert.equal(
      lines.filter((line) => line.split('\t')[13] === '' && line.split('\t').length === 15).length,
      expected.filtered,
    );
  });

  it('has a file that is too large, one with a wrong extension, and one that is cut off', async () => {
    const { profiles } = await loadPlatform(demo.folder);
    const { files } = profiles.get('digital_video_games')!.batch;
    const games = demo.tenants.find(({ tenant }) => tenant === 'digital_video_games')!.files;
    const refused = games.filter(({ expected }) => expected === undefined);
    assert.deepEqual(refused.map(({ name }) => name).sort(), ['games_backlog.tsv', 'notes.docx']);
    for (const { name, bytes, expected } of games) {
      const taken = files.extensions.some((extension) => name.endsWith(`.${extension}`));
      assert.equal(taken && bytes <= files.maxFileSizeMb * 1e6, expected !== undefined, name);
    }
    const [last = '', ...others] = (await read('digital_video_games', 'games_cut_off.tsv')).split('\n').reverse();
    assert.ok(last.split('\t').length < 15);
    assert.equal(others.length, file('digital_video_games', 'games_cut_off.tsv').expected?.read);
  });

  it('has real reports of bird strikes, whose expected counts are those of the data', async () => {
    const [header = '', ...lines] = (await read('birdstrikes', 'birdstrikes.csv')).trim().split('\n');
    const [phase, damage] = ['Phase of flight', 'Effect Amount of damage'].map((name) =>
      header.split(',').indexOf(name),
    );
    const cells = lines.map((line) => line.split(','));
    const filtered = cells.filter((row) => row[phase!] === 'Parked').length;
    const known = ['None', 'Minor', 'Medium', 'Substantial'];
    const quarantined = cells.filter((row) => row[phase!] !== 'Parked' && !known.includes(row[damage!]!)).length;
    const stored = lines.length - filtered - quarantined;
    assert.deepEqual(file('birdstrikes', 'birdstrikes.csv').expected, {
      read: lines.length,
      stored,
      filtered,
      quarantined,
    });
  });

  it('is not made where a platform is already', async () => {
    await assert.rejects(createDemo(demo.folder.root), { code: 'ALREADY_A_PLATFORM_FOLDER' });
  });

  it('ends when it is no longer wanted', async () => {
    const abort = new AbortController();
    const dir = join(root, 'unwanted');
    const making = createDemo(dir, {
      signal: abort.signal,
      onTenant: (tenant) => {
        if (tenant === 'digital_video_games') abort.abort(new Error('enough'));
      },
    });
    await assert.rejects(making);
    const staged = await readdir(join(dir, 'tenants', 'digital_video_games', 'staging'));
    assert.ok(!staged.some((name) => name.endsWith('.tsv')), staged.join());
  });
});
