import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cancelled } from '../../../../src/extension/cancelled.ts';
import type { CommandHandler } from '../../../../src/extension/commands/command.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { PlatformError } from '../../../../src/foundation/errors.ts';
import { packageRoot } from '../../../../src/foundation/programs.ts';
import { holdOwnerLock } from '../../../../src/records/owner-lock.ts';
import { PlatformFixture } from '../../../platform/platform-fixture.ts';
import { editor, KeptLog, openEditor, uriOf } from '../editor/editor.ts';

const { registerCommands } = await import('../../../../src/extension/commands/command.ts');
const { actionsOf, hintOf } = await import('../../../../src/extension/commands/error-help.ts');
const { batchCommands } = await import('../../../../src/extension/commands/batch-commands.ts');
const { allCommands } = await import('../../../../src/extension/contributions/all.ts');
const { sampleCommands } = await import('../../../../src/extension/sample/sample-commands.ts');
const { statusCommands } = await import('../../../../src/extension/commands/status-commands.ts');
const { tableCommands } = await import('../../../../src/extension/commands/table-commands.ts');
const { tenantCommands } = await import('../../../../src/extension/commands/tenant-commands.ts');
const { platformCommands } = await import('../../../../src/extension/commands/platform-commands.ts');
const { runtimeCommands } = await import('../../../../src/extension/commands/runtime-commands.ts');
const { PlatformSession } = await import('../../../../src/extension/platforms/platform-session.ts');

/** What a command line looks like in a hint. */
const commandLine = /\bmysimbdp [a-z]|--platform/;

describe('a command that fails', () => {
  let log: KeptLog;
  beforeEach(() => {
    openEditor();
    log = new KeptLog();
  });

  function register(handler: CommandHandler) {
    registerCommands({ log: log.channel } as Services, { 'mysimbdp.try': handler });
    return (about?: unknown) => editor.registered.get('mysimbdp.try')?.(about);
  }
  const failing = (code: string, hint?: string) =>
    register(() => {
      throw new PlatformError({ code, message: 'it failed', ...(hint === undefined ? {} : { hint }) });
    });

  it('tells what happened and what can be done, and logs it', async () => {
    await failing('NO_ROOM', 'make room')();
    assert.deepEqual(editor.asked, [{ text: 'it failed — make room', choices: ['Show Log'] }]);
    assert.deepEqual(
      log.lines.filter((line) => line.startsWith('error')),
      ['error: mysimbdp.try: it failed (make room)'],
    );
  });

  it('shows the log when it is asked for', async () => {
    editor.answer = () => 'Show Log';
    await failing('NO_ROOM')();
    assert.equal(log.lines.at(-1), 'shown');
  });

  it('offers what mends it, for what the command was about', async () => {
    const about = { tenant: 'acme' };
    editor.answer = () => 'Try Again';
    await failing('PLATFORM_OWNED', 'end it with `mysimbdp down`')(about);
    const [told] = editor.asked;
    assert.ok(told);
    assert.deepEqual(told.choices, ['Try Again', 'Show Log']);
    assert.doesNotMatch(told.text, commandLine);
    assert.deepEqual(editor.executed, [{ command: 'mysimbdp.startPlatform', args: [about] }]);
  });

  it('opens the page that an offer is about, whatever the command was about', async () => {
    editor.answer = () => 'Install Docker';
    await failing('ENGINE_NOT_INSTALLED')({ tenant: 'acme' });
    assert.deepEqual(editor.executed, [
      { command: 'vscode.open', args: ['https://docs.docker.com/get-started/get-docker/'] },
    ]);
  });

  for (const [code, title, command] of [
    ['NO_PLATFORM', 'Create Platform Folder', 'mysimbdp.createPlatform'],
    ['NOT_A_PLATFORM_FOLDER', 'Create Platform Folder', 'mysimbdp.createPlatform'],
    ['NO_TENANT', 'Add Tenant', 'mysimbdp.addTenant'],
    ['WORKSPACE_NOT_TRUSTED', 'Manage Trust', 'workbench.trust.manage'],
    ['METADATA_CORRUPT', 'Run Doctor', 'mysimbdp.doctor'],
  ] as const) {
    it(`offers ${title} for ${code}`, () => {
      assert.deepEqual(actionsOf({ code })[0], { title, command });
    });
  }

  it('offers only commands that there are', async () => {
    const { contributes } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {
      contributes: { commands: { command: string }[]; views: Record<string, { id: string }[]> };
    };
    const views = Object.values(contributes.views).flatMap((all) => all.map(({ id }) => `${id}.focus`));
    const known = new Set([...contributes.commands.map(({ command }) => command), ...views]);
    const offered = (await codes()).flatMap(({ code }) => actionsOf({ code })).map(({ command }) => command);
    const own = offered.filter((command) => command.startsWith('mysimbdp.'));
    assert.ok(own.length > 0);
    assert.deepEqual(
      own.filter((command) => !known.has(command)),
      [],
    );
  });

  it('never sends the user of the editor to the command line', async () => {
    const all = await codes();
    const there = all.filter(({ hint }) => commandLine.test(hint));
    assert.ok(there.length > 5);
    assert.deepEqual(
      there.filter((one) => commandLine.test(hintOf(one) ?? '')),
      [],
    );
  });
});

/** The errors that the sources make outside the command line, with their hints as they are written there. */
async function codes(): Promise<{ code: string; hint: string }[]> {
  const found: { code: string; hint: string }[] = [];
  const src = join(packageRoot, 'src');
  for (const path of await readdir(src, { recursive: true })) {
    if (!path.endsWith('.ts') || path.startsWith('cli')) continue;
    const text = await readFile(join(src, path), 'utf8');
    for (const [, code = '', rest = ''] of text.matchAll(/\bcode: '([A-Z_]+)',((?:\n.*){1,6})/g)) {
      // Up to the end of this error, so that a hint is not taken for another's.
      const hint = /\bhint: ?(.*)/.exec(rest.split(/\n\s*\}\)?[;,]?\n?/)[0] ?? '')?.[1] ?? '';
      found.push({ code, hint });
    }
  }
  return found;
}

describe('commands where the workspace is not trusted', () => {
  const handlers: Record<string, CommandHandler> = {
    ...platformCommands,
    ...runtimeCommands,
    ...batchCommands,
    ...sampleCommands,
    ...statusCommands,
    ...tableCommands,
    ...tenantCommands,
  };
  // Whatever they would look at is not there.
  async function refusal(command: string): Promise<string | undefined> {
    openEditor();
    editor.trusted = false;
    try {
      await handlers[command]?.({} as Services, {});
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'WORKSPACE_NOT_TRUSTED') return error.message;
    }
    return undefined;
  }

  it('refuse before anything else when they need trust, and only then', async () => {
    const named: Record<string, boolean> = {};
    const done: Record<string, boolean> = {};
    for (const { command, needsTrust } of allCommands()) {
      if (!needsTrust && !(command in handlers)) continue;
      named[command] = needsTrust;
      done[command] = (await refusal(command)) !== undefined;
    }
    assert.deepEqual(done, named);
  });

  for (const [command, does] of [
    ['startPlatform', 'runs apps of this workspace'],
    ['debugOnSample', 'runs apps of this workspace'],
    ['doctor', 'connects to what this workspace names'],
    ['showProvision', 'connects to what this workspace names'],
    ['showServiceLog', 'connects to what this workspace names'],
    ['openCqlsh', 'connects to what this workspace names'],
    ['previewTable', 'connects to what this workspace names'],
    ['copyConnection', 'hands out passwords that this workspace names'],
  ] as const)
    it(`are told what ${command} would do`, async () => {
      assert.equal(await refusal(`mysimbdp.${command}`), `This ${does}, and the workspace is not trusted.`);
    });
});

describe('Restart Platform', () => {
  let fixture: PlatformFixture;
  let session: InstanceType<typeof PlatformSession>;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    openEditor(fixture.folder.root);
    session = new PlatformSession(uriOf(fixture.folder.root), new KeptLog().channel);
    await session.start();
  });
  afterEach(async () => {
    await session.close();
    await fixture.dispose();
  });
  const restart = async () => {
    const handler = platformCommands['mysimbdp.restartPlatform'];
    assert.ok(handler);
    await handler({ log: new KeptLog().channel } as Services, { session });
  };

  it('tells of each stage of the stop and of the start', async () => {
    const told: string[] = [];
    editor.onProgress = (message) => told.push(message);
    const { url } = session;
    await restart();
    assert.equal(session.state, 'running');
    assert.notEqual(session.url, url);
    assert.equal(told[0], 'runs finish what they have read');
    assert.ok(told.includes('reading the profiles'));
  });

  it('stops the platform, and does not start it, when it is cancelled while it stops', async () => {
    editor.onProgress = () => editor.cancel.abort();
    await assert.rejects(restart(), Cancelled);
    await session.stop();
    assert.equal(session.state, 'stopped');
  });
});

describe('Start Platform', () => {
  it('tells what it does, and ends when it is cancelled', async () => {
    const fixture = await PlatformFixture.create([{ name: 'acme' }]);
    openEditor(fixture.folder.root);
    const session = new PlatformSession(uriOf(fixture.folder.root), new KeptLog().channel);
    const lock = holdOwnerLock(fixture.folder.ownerFile);
    try {
      editor.onProgress = (message) => {
        if (message.startsWith('waiting')) editor.cancel.abort();
      };
      const start = platformCommands['mysimbdp.startPlatform'];
      assert.ok(start);
      await assert.rejects(Promise.resolve(start({} as Services, { session })), Cancelled);
      assert.equal(session.state, 'stopped');
    } finally {
      lock.close();
      await session.close();
      await fixture.dispose();
    }
  });
});

describe('Show What External Clusters Lack', () => {
  it('tells message and hint of a failure, with what can be done', async () => {
    const external =
      'external: { cassandra: { contactPoints: ["127.0.0.1:1"], localDataCenter: dc1, user: u, password: { file: gone } } }';
    const fixture = await PlatformFixture.create([{ name: 'acme' }], `runtime: { kind: external, ${external} }`);
    try {
      openEditor(fixture.folder.root);
      const session = { name: 'here', folder: fixture.folder };
      registerCommands({ log: new KeptLog().channel, documents: {} } as unknown as Services, platformCommands);
      await editor.registered.get('mysimbdp.showProvision')?.({ session });
      const [told] = editor.asked;
      assert.match(told?.text ?? '', /^(?!error )[^\n]* — [^\n]*$/);
      assert.deepEqual(told?.choices, ['Try Again', 'Run Doctor', 'Show Log']);
    } finally {
      await fixture.dispose();
    }
  });
});
