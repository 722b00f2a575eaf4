import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { packageRoot } from '../../../src/foundation/programs.ts';
import { refreshEditorSupport } from '../../../src/tenants/editor-support.ts';

describe('what the editor is given for a platform folder', () => {
  let folder: PlatformFolder;
  let schema: string;
  beforeEach(async () => {
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-')));
    schema = join(folder.state, 'schema', 'tenant.schema.json');
    await refreshEditorSupport(folder);
  });
  afterEach(() => rm(folder.root, { recursive: true, force: true }));

  it('is put into a folder that only its user may read', async () => {
    const { mode } = await stat(folder.state);
    if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o700);
  });

  it('takes the place of what an older version has put there', async () => {
    await writeFile(schema, '{}');
    await refreshEditorSupport(folder);
    assert.equal(
      await readFile(schema, 'utf8'),
      await readFile(join(packageRoot, 'media', 'tenant.schema.json'), 'utf8'),
    );
  });

  it('is not written again when it is the same', async () => {
    const long = new Date(1_000_000);
    await utimes(schema, long, long);
    await refreshEditorSupport(folder);
    assert.equal((await stat(schema)).mtimeMs, long.getTime());
  });
});
