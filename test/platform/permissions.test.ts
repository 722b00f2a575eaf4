import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectFile, storedKeys } from './expectations.ts';
import { PlatformFixture } from './platform-fixture.ts';

const good = 'id,name\n1,a\n';

/** Whether permissions mean anything to this process; to root they do not. */
function permissionsHold(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mysimbdp-'));
  try {
    writeFileSync(join(folder, 'secret'), '', { mode: 0o000 });
    accessSync(join(folder, 'secret'), constants.R_OK);
    return false;
  } catch {
    return true;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('missing permissions', () => {
  if (permissionsHold()) testPermissions();
  else testAsSomebodyElse();
});

function testPermissions(): void {
  let fixture: PlatformFixture;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }, { name: 'other' }]);
    await fixture.stage('other', 'items.csv', good);
  });
  afterEach(async () => {
    await chmod(fixture.folder.staging('acme'), 0o755);
    await fixture.dispose();
  });

  const othersAreWell = () =>
    expectFile(fixture, 'other', 'items.csv', { outcome: 'ingested', counts: [1, 1, 0, 0], place: 'archive' });

  it('on a file: it goes to quarantine, the next one is ingested', async () => {
    await fixture.stage('acme', 'items.csv', 'id,name\n2,b\n', 60);
    await chmod(join(fixture.folder.staging('acme'), 'items.csv'), 0o000);
    await fixture.stage('acme', 'next.csv', good, 30);
    await fixture.run();
    const [record] = (await fixture.log('acme')).filter(({ file }) => file === 'items.csv');
    await chmod(join(fixture.folder.root, record?.location ?? ''), 0o600);
    await expectFile(fixture, 'acme', 'items.csv', {
      outcome: 'failed',
      cause: 'FILE_UNREADABLE',
      says: /cannot be read: .*permission.*let the user who runs the platform read it/,
      counts: [0, 0, 0, 0],
      place: 'quarantine',
    });
    await expectFile(fixture, 'acme', 'next.csv', { outcome: 'ingested', counts: [1, 1, 0, 0], place: 'archive' });
    assert.deepEqual(await storedKeys(fixture, 'acme'), [1]);
    await othersAreWell();
  });

  it('to read staging: it is told, others go on, and it works once they are given', async () => {
    await fixture.stage('acme', 'items.csv', good);
    await chmod(fixture.folder.staging('acme'), 0o000);
    await fixture.run();
    // It is a problem of the tenant, and no file.
    assert.deepEqual(await fixture.log('acme'), []);
    const { tenants } = await (await fixture.up()).controlPlane.status();
    const { problem, refusedFiles } = tenants.find(({ tenant }) => tenant === 'acme') ?? {};
    assert.deepEqual([problem?.code, refusedFiles], ['STAGING_UNREADABLE', 0]);
    assert.match(problem?.message ?? '', /staging directory .* cannot be read: .*permission/);
    await othersAreWell();

    await chmod(fixture.folder.staging('acme'), 0o755);
    await fixture.run('acme');
    await expectFile(fixture, 'acme', 'items.csv', { outcome: 'ingested', counts: [1, 1, 0, 0], place: 'archive' });
  });

  it('to take files out of staging: they stay there, and it is told', async () => {
    await fixture.stage('acme', 'items.csv', good);
    await chmod(fixture.folder.staging('acme'), 0o555);
    await fixture.run();
    await expectFile(fixture, 'acme', 'items.csv', {
      outcome: 'refused',
      cause: 'STAGING_NOT_WRITABLE',
      says: /items\.csv cannot be taken out of staging: .*permission/,
      counts: [0, 0, 0, 0],
      place: 'staging',
    });
    await othersAreWell();
  });
}

function testAsSomebodyElse(): void {
  it('are as without the rights of root', function () {
    const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
    const options = { encoding: 'utf8', timeout: 60_000 } as const;
    const asNobody = { ...options, uid: 65534, gid: 65534 };
    // Root without the rights to pass over permissions; where that cannot be had, nobody.
    const rights = '-dac_override,-dac_read_search';
    const inner = ['setpriv', `--bounding-set=${rights}`, `--inh-caps=${rights}`, process.execPath] as const;
    const run = [
      (args: string[]) => spawnSync(inner[0], [...inner.slice(1), ...args], options),
      (args: string[]) => spawnSync(process.execPath, args, asNobody),
    ].find((way) => way(['--check', mocha]).status === 0);
    if (!run || process.platform === 'win32') this.skip();
    const { status, stdout, stderr } = run([
      mocha,
      ...['--no-config', '--no-package', '--node-option', 'import=tsx', '--extension', 'ts', '--timeout', '60000'],
      ...['--node-option', 'no-experimental-require-module', fileURLToPath(import.meta.url)],
    ]);
    assert.equal(status, 0, `${stdout}\n${stderr}`);
    assert.match(stdout, /3 passing/);
  });
}
