import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editor, openEditor } from '../editor/editor.ts';

const { stageFiles } = await import('../../../../src/extension/ingest/stage-files.ts');

describe('putting files into staging', () => {
  let root: string;
  let staging: string;
  beforeEach(async () => {
    openEditor();
    root = await mkdtemp(join(tmpdir(), 'mysimbdp-stage-'));
    staging = join(root, 'staging');
    await mkdir(staging);
    await writeFile(join(staging, 'a.csv'), 'old');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const waiting = async () => [await readdir(staging), await readFile(join(staging, 'a.csv'), 'utf8')];

  it('replaces the one that waits when it is told to', async () => {
    await writeFile(join(root, 'a.csv'), 'new');
    editor.answer = () => 'Replace';
    assert.deepEqual(await stageFiles(staging, [join(root, 'a.csv')]), ['a.csv']);
    assert.deepEqual(await waiting(), [['a.csv'], 'new']);
  });

  it('keeps the one that waits when the new one is gone before the answer', async () => {
    const source = join(root, 'a.csv');
    await writeFile(source, 'new');
    editor.answer = ({ choices }) => {
      // The question is open as long as the user likes.
      rmSync(source);
      return choices[0];
    };
    await assert.rejects(stageFiles(staging, [source]), { code: 'ENOENT' });
    assert.deepEqual(await waiting(), [['a.csv'], 'old']);
  });

  it('leaves the file that waits alone when that is what is to be staged, also by way of a link', async () => {
    await symlink(staging, join(root, 'link'), 'junction');
    editor.answer = ({ choices }) => choices.find((one) => one === 'Replace');
    for (const way of ['staging', 'link']) {
      editor.asked = [];
      assert.deepEqual(await stageFiles(staging, [join(root, way, 'a.csv')]), ['a.csv']);
      assert.deepEqual(
        editor.asked.map(({ text, choices }) => [text, choices]),
        [['a.csv is the file that waits in staging already; it is left as it is.', []]],
      );
      assert.deepEqual(await waiting(), [['a.csv'], 'old']);
    }
  });
});
