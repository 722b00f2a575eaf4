import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Services } from '../../../../src/extension/services.ts';
import { editor, KeptLog, openEditor } from '../editor/editor.ts';
import * as standIn from '../editor/vscode.ts';

const { Cancelled } = await import('../../../../src/extension/cancelled.ts');
const { openDemo } = await import('../../../../src/extension/wizard/open-demo.ts');

describe('Open Demo Platform', () => {
  let chosen: string;
  beforeEach(async () => {
    openEditor();
    chosen = await mkdtemp(join(tmpdir(), 'mysimbdp-demo-'));
    standIn.answers.openDialog = [standIn.Uri.file(chosen)];
  });
  afterEach(async () => {
    standIn.answers.openDialog = undefined;
    await rm(chosen, { recursive: true, force: true });
  });

  const open = () => openDemo({ log: new KeptLog().channel } as Services);
  /** What the user does while the demo is made. */
  function meanwhile(act: () => void): void {
    editor.onProgress = () => {
      editor.onProgress = () => undefined;
      act();
    };
  }

  it('is made in a chosen folder that is empty', async () => {
    await open();
    const made = await readdir(chosen);
    assert.ok(made.includes('mysimbdp.yaml') && made.includes('tenants'), made.join());
    assert.deepEqual(
      made.filter((name) => name.endsWith('.part')),
      [],
    );
  });

  it('leaves what has come meanwhile when it is cancelled, and nothing of its own', async () => {
    meanwhile(() => {
      writeFileSync(join(chosen, 'notes.txt'), 'mine');
      editor.cancel.abort();
    });
    await assert.rejects(open(), Cancelled);
    assert.deepEqual(await readdir(chosen), ['notes.txt']);
  });

  it('leaves what has come to the folder that it has made in the chosen one', async () => {
    await mkdir(join(chosen, 'other'));
    meanwhile(() => {
      writeFileSync(join(chosen, 'mysimbdp-demo', 'notes.txt'), 'mine');
      editor.cancel.abort();
    });
    await assert.rejects(open(), Cancelled);
    assert.deepEqual(await readdir(join(chosen, 'mysimbdp-demo')), ['notes.txt']);
  });

  it('takes the folder that it has made in the chosen one away when it is cancelled', async () => {
    await mkdir(join(chosen, 'other'));
    meanwhile(() => editor.cancel.abort());
    await assert.rejects(open(), Cancelled);
    assert.deepEqual(await readdir(chosen), ['other']);
  });

  it('writes over nothing that has come meanwhile', async () => {
    meanwhile(() => writeFileSync(join(chosen, 'tsconfig.json'), 'mine'));
    await assert.rejects(open(), { code: 'FOLDER_NOT_EMPTY' });
    assert.deepEqual(await readdir(chosen), ['tsconfig.json']);
  });
});
