import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundation/programs.ts';
import { packagedExtension, unpack } from './harness/packaged-extension.ts';
import { ownEnvironment, runProgram } from './harness/run-program.ts';

// Needs no editor: the package has to stand on its own, far from node_modules of the project.
describe('the packaged extension', function () {
  this.timeout(300_000);
  let scratch = '';
  let extension = '';
  before(async () => {
    const vsix = await packagedExtension();
    scratch = await mkdtemp(join(tmpdir(), 'mysimbdp-unpacked-'));
    extension = await unpack(vsix, scratch);
    await mkdir(join(scratch, 'home'));
  });
  after(() => rm(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

  it('holds what runs and what is to be read, and nothing of how it is made', async () => {
    const files = await readdir(extension, { recursive: true, withFileTypes: true });
    const paths = files
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(extension.length + 1)
          .replaceAll('\\', '/'),
      );
    const strange = paths.filter(
      (path) =>
        !/^(package(\.nls)?\.json|l10n\/bundle\.l10n\.json|readme\.md|changelog\.md|LICENSE\.txt)$/.test(path) &&
        !/^dist\/((chunks|vendored)\/)?[\w-]+\.(js|cjs)$|^dist\/(sdk\.d\.ts|THIRD-PARTY-NOTICES\.txt)$/.test(path) &&
        !/^dist\/webview\/monitor\.(js|css)$/.test(path) &&
        !/^(media|templates)\//.test(path) &&
        !/^node_modules\/(@photostructure\/sqlite|node-gyp-build)\//.test(path),
    );
    assert.deepEqual(strange, []);
    const addons = paths.filter((path) => path.endsWith('.node')).map((path) => path.split('/').at(-2));
    const platforms = ['linux', 'darwin', 'win32'].flatMap((system) => [`${system}-arm64`, `${system}-x64`]);
    assert.deepEqual([...new Set(addons)].sort(), platforms.sort());
    for (const needed of [
      'package.json',
      'package.nls.json',
      'l10n/bundle.l10n.json',
      'LICENSE.txt',
      'dist/THIRD-PARTY-NOTICES.txt',
      'dist/extension.cjs',
      'dist/webview/monitor.js',
      'dist/webview/monitor.css',
    ])
      assert.ok(paths.includes(needed), `${needed} is missing`);
  });

  it('opens its page with what it is and not with how it is made, and has the pictures of the page in it', async () => {
    const page = await readFile(join(extension, 'readme.md'), 'utf8');
    const pictures = [...page.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, source = '']) => source);
    assert.equal(pictures.length, 5);
    // The editor shows a picture of a page from nowhere else when there is no address of a repository.
    assert.ok(pictures.every((source) => source.startsWith('data:image/png;base64,iVBOR')));
    assert.ok(!(await readdir(join(extension, 'media'))).includes('screenshots'));
    const links = [...page.matchAll(/(?<!!)\[[^\]]*\]\(([^)]*)\)/g)].map(([, link = '']) => link);
    assert.deepEqual(
      links.filter((link) => !/^(https:|#)/.test(link)),
      [],
      'what is not shipped cannot be opened from the page',
    );
    const at = (text: string) => page.indexOf(text);
    assert.ok(at('npm run demo    #') > at('## Develop') && at('## Develop') > at('## In VS Code'), 'the order');
    const own = await readFile(join(packageRoot, 'README.md'), 'utf8');
    assert.ok(own.indexOf('npm run demo') < own.indexOf('\n## '), 'README.md opens with its two commands');
  });

  it('finds in its own folder what the doctor looks for', async () => {
    const findings = JSON.parse(await mysimbdp('doctor', '--json')) as { check: string; state: string }[];
    const states = new Map(findings.map(({ check, state }) => [check, state]));
    for (const check of ['Node', 'programs', 'SQLite']) assert.equal(states.get(check), 'ok', check);
  });

  it('ingests a file with its own programs, addon and templates', async () => {
    const sample = join(scratch, 'cities.csv');
    await writeFile(sample, 'id,city,people\n1,Graz,300000\n2,Linz,210000\n');
    await mysimbdp('init', 'platform');
    const inPlatform = (...args: string[]) => mysimbdp('--platform', 'platform', ...args);
    await inPlatform('tenant', 'add', 'cities', '--template', 'csv-generic', '--sample', sample);
    await cp(sample, join(scratch, 'home', 'platform', 'tenants', 'cities', 'staging', 'cities.csv'));
    await inPlatform('batch', 'run', 'cities');
    assert.match(await inPlatform('query', 'cities', 'cities', '--count'), /\b2\b/);
  });

  function mysimbdp(...args: string[]): Promise<string> {
    const home = join(scratch, 'home');
    const env = ownEnvironment({ HOME: home, NODE_PATH: '' });
    return runProgram(process.execPath, [join(extension, 'dist', 'cli.js'), ...args], { cwd: home, env });
  }
});
