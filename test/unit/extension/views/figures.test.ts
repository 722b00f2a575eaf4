import assert from 'node:assert/strict';
import { openEditor } from '../editor/editor.ts';

describe('figures of the views', () => {
  before(() => openEditor());

  it('are rounded before their unit is chosen', async () => {
    const { bytes, duration } = await import('../../../../src/extension/views/figures.ts');
    assert.deepEqual([59.97, 119.6].map(duration), ['1 min 00 s', '2 min 00 s']);
    assert.equal(bytes(999_960), '1.0 MB');
  });
});
