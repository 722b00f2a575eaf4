import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setRuntimeKind } from '../../../src/tenants/runtime-choice.ts';
import { withPlatform } from './platform-fixture.ts';

describe('the choice of a runtime', () => {
  it('is written beside what is there, comments included', async () => {
    const text = 'platform: test # ours\nruntime:\n  kind: external # for now\n  docker: { cassandraNodes: 3 }\n';
    await withPlatform({ 'mysimbdp.yaml': text }, async (folder) => {
      await setRuntimeKind(folder, 'docker');
      assert.equal(await readFile(folder.platformFile, 'utf8'), text.replace('external', 'docker'));
    });
  });

  it('mends a kind that there is not', async () => {
    await withPlatform({ 'mysimbdp.yaml': 'platform: test\nruntime: { kind: dokcer }\n' }, async (folder) => {
      await setRuntimeKind(folder, 'docker');
      assert.match(await readFile(folder.platformFile, 'utf8'), /kind: docker/);
    });
  });

  for (const [what, text] of [
    ['is no YAML', 'platform: test\n  runtime: {\n'],
    ['nests deeper than the parser can go', `platform: ${'['.repeat(100_000)}`],
  ] as const) {
    it(`leaves a file that ${what}, and says where`, async () => {
      await withPlatform({ 'mysimbdp.yaml': text }, async (folder) => {
        await assert.rejects(setRuntimeKind(folder, 'docker'), (error: { code: string; message: string }) => {
          assert.equal(error.code, 'PLATFORM_FILE_INVALID');
          return /^mysimbdp\.yaml:\d+:\d+/.test(error.message);
        });
        assert.equal(await readFile(folder.platformFile, 'utf8'), text);
      });
    });
  }
});
