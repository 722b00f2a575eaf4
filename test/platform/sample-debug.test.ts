import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sampleJobOf } from '../../src/batch/sample/sample-job.ts';
import { programPath } from '../../src/foundation/programs.ts';
import { appOf, loadTenant } from '../../src/tenants/load-tenant.ts';
import { itemsTables, PlatformFixture } from './platform-fixture.ts';

const app = `import { defineBatchApp } from 'mysimbdp/sdk';
import { tidy } from './tidy';

interface Item {
  id: string;
  name: string;
}

export default defineBatchApp<Item>({
  wrangle(row: Item, context) {
    const name: string = tidy(row.name as string);
    if (name === 'nobody') throw new Error('nobody');
    return { id: row.id, name, checked: context.record > 0 && process.env.SECRET === undefined };
  },
});
`;
const tidy = `type Text = string;

export function tidy(text: Text): Text {
  return text.trim();
}
`;

interface Said {
  script?: string;
  sourceMap?: string;
  paused?: string;
  line?: number;
  functionName?: string;
  value?: unknown;
}

describe('debugging an app on a sample', () => {
  let platform: PlatformFixture;
  let entry = '';
  before(async () => {
    const files = { 'apps/items/app.ts': app, 'apps/items/tidy.ts': tidy };
    platform = await PlatformFixture.create([{ name: 'shop', files }]);
    await platform.write('items.csv', 'id,name\n1, a \n2,nobody\n3,c\nx,d\n5\n');
    entry = join(platform.folder.tenant('shop'), 'apps', 'items', 'app.ts');
  });
  after(() => platform.dispose());

  const debug = async (tenant: string, env: Record<string, string> = {}, flags: string[] = []) => {
    const profile = await loadTenant(platform.folder, tenant);
    const job = sampleJobOf(profile, appOf(profile, undefined), { file: join(platform.folder.root, 'items.csv') });
    await platform.write('job.json', JSON.stringify(job));
    const args = [...flags, programPath('sample-debug'), join(platform.folder.root, 'job.json')];
    return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
      const options = { env: { ...env, SECRET: 'token' }, timeout: 30_000 };
      execFile(process.execPath, args, options, (error, stdout, stderr) => {
        resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
      });
    });
  };
  /** What a debugger with a breakpoint at `line` (from 1) of `file` hears. */
  const stops = async (file: string, line: number, expression: string): Promise<Said[]> => {
    const watch = pathToFileURL(fileURLToPath(new URL('breakpoint-watch.mjs', import.meta.url))).href;
    const breakpoint = JSON.stringify({ url: pathToFileURL(file).href, line: line - 1, expression });
    const { stderr, status } = await debug('shop', { MYSIMBDP_BREAKPOINT: breakpoint }, ['--import', watch]);
    assert.equal(status, 0, stderr);
    return stderr
      .split('\n')
      .filter((text) => text.startsWith('{'))
      .map((text) => JSON.parse(text) as Said);
  };

  it('says of each record what a run would make of it', async () => {
    const { stdout, stderr, status } = await debug('shop');
    assert.equal(status, 0, stderr);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .join(' ')
      .split(/(?=items\.csv, record)/);
    assert.match(lines[0] ?? '', /record 1, line 2: \{ id: '1', name: ' a ' \} →.*name: 'a'.*checked: 'true'/);
    assert.match(lines[1] ?? '', /record 2, line 3: .* → rejected, APP_REJECTED: nobody/);
    assert.match(lines[3] ?? '', /record 4, line 5: .* → rejected, \w+ in id: /);
    assert.match(lines[4] ?? '', /record 5, line 6: rejected, WRONG_COLUMN_COUNT: /);
  });

  it("stops at a line of the tenant's TypeScript, with its variables, for each record", async () => {
    const line = app.split('\n').findIndex((text) => text.includes("=== 'nobody'")) + 1;
    const pauses = (await stops(entry, line, 'name')).filter(({ paused }) => paused !== undefined);
    assert.deepEqual(
      pauses.map(({ paused, line: at, functionName, value }) => [paused, at, functionName, value]),
      ['a', 'nobody', 'c', 'd'].map((name) => [pathToFileURL(entry).href, line - 1, 'wrangle', name]),
    );
  });

  it('stops in a module that the app imports', async () => {
    const pauses = (await stops(join(entry, '..', 'tidy.ts'), 4, 'text')).filter(({ paused }) => paused !== undefined);
    assert.deepEqual(
      pauses.map(({ value }) => value),
      [' a ', 'nobody', 'c', 'd'],
    );
  });

  it('hands a source map to the debugger in which every line is where it is in the file', async () => {
    const [script] = await stops(entry, 10, '0');
    const [, encoded = ''] = /^data:application\/json;base64,(.+)$/.exec(script?.sourceMap ?? '') ?? [];
    const map = JSON.parse(Buffer.from(encoded, 'base64').toString()) as ConstructorParameters<typeof SourceMap>[0];
    assert.deepEqual(map.sources, [pathToFileURL(entry).href]);
    assert.deepEqual((map as unknown as { sourcesContent: string[] }).sourcesContent, [app]);
    const sourceMap = new SourceMap(map);
    for (const [line, text] of app.trimEnd().split('\n').entries()) {
      if (text.trim() === '') continue;
      const found = sourceMap.findEntry(line, text.search(/\S/)) as { originalLine?: number };
      assert.equal(found.originalLine, line, text);
    }
  });

  it('says that a command cannot be stepped through', async () => {
    const profile = `
batch: { files: { settleSeconds: 0 } }
${itemsTables}
apps:
  - { name: items, kind: batch, command: [cat], files: "*.csv", format: { type: csv }, table: items }
`;
    await platform.addTenant({ name: 'command', profile });
    const { stderr, status } = await debug('command');
    assert.equal(status, 1);
    assert.match(stderr, /is a command/);
  });
});
