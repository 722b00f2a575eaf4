import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shownTexts } from '../../../.ci/l10n-texts.ts';
import { packageRoot } from '../../../src/foundation/programs.ts';

describe('the texts that the editor shows', () => {
  it('are all in l10n/bundle.l10n.json, and no other is there (npm run l10n)', async () => {
    const bundle = JSON.parse(await readFile(join(packageRoot, 'l10n', 'bundle.l10n.json'), 'utf8')) as unknown;
    assert.deepEqual(bundle, shownTexts(packageRoot));
  });
});
