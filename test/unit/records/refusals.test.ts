import assert from 'node:assert/strict';
import { MetadataStore } from '../../../src/records/metadata-store.ts';
import { temporaryFolder } from './samples.ts';

describe('refusals', () => {
  const folder = temporaryFolder();
  const refusal = {
    tenant: 'gift_card',
    file: 'a.tsv',
    size: 10,
    mtimeMs: 1_700_000_000_000.123,
    code: 'FILE_TOO_LARGE',
  };
  const open = () => MetadataStore.open({ metadata: folder.path('metadata.db') });

  it('are new once, also after a restart', async () => {
    let store = await open();
    assert.equal(await store.noteRefusal(refusal), true);
    assert.equal(await store.noteRefusal(refusal), false);
    await store.dispose();
    store = await open();
    assert.equal(await store.noteRefusal(refusal), false);
    await store.dispose();
  });

  it('are new again when the file or the reason has changed', async () => {
    const store = await open();
    await store.noteRefusal(refusal);
    for (const change of [{ size: 11 }, { mtimeMs: 5 }, { code: 'DAY_QUOTA' }, { file: 'b.tsv' }, { tenant: 'music' }])
      assert.equal(await store.noteRefusal({ ...refusal, ...change }), true, JSON.stringify(change));
    await store.dispose();
  });

  it('are forgotten for files that are gone, of that tenant only', async () => {
    const store = await open();
    const all = [refusal, { ...refusal, file: "it's.tsv" }, { ...refusal, tenant: 'music' }];
    for (const one of all) await store.noteRefusal(one);
    await store.keepRefusals('gift_card', ["it's.tsv"]);
    const isNew = [];
    for (const one of all) isNew.push(await store.noteRefusal(one));
    assert.deepEqual(isNew, [true, false, false]);
    await store.keepRefusals('gift_card', []);
    assert.equal(await store.noteRefusal(refusal), true);
    await store.dispose();
  });
});
