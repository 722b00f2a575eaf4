import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { Services } from '../../../../src/extension/services.ts';
import { openEditor } from '../editor/editor.ts';

describe('ages in the views', () => {
  before(() => openEditor());
  afterEach(() => mock.timers.reset());

  it('are looked at again though nothing changes', async () => {
    const { registerViews } = await import('../../../../src/extension/views/views.ts');
    let looks = 0;
    const platforms = {
      get sessions() {
        looks++;
        return [];
      },
      onDidChange: () => ({ dispose: () => undefined }),
    };
    mock.timers.enable({ apis: ['setInterval'] });
    const views = registerViews({ platforms } as unknown as Services);
    const before = looks;
    mock.timers.tick(60_000);
    assert.ok(looks > before);
    views.dispose();
    const after = looks;
    mock.timers.tick(60_000);
    assert.equal(looks, after);
  });
});
