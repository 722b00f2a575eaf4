import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ControlPlaneClient } from '../../../../src/api/client.ts';
import { startApiServer, type ApiServer } from '../../../../src/api/server.ts';
import type { CommandHandler } from '../../../../src/extension/commands/command.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import type { IngestionRecord, RunRecord } from '../../../../src/protocol/ingestion-log.ts';
import type { ActiveRun, LogQuery, PlatformStatus } from '../../../../src/protocol/management.ts';
import { InMemoryControlPlane } from '../../api/in-memory-control-plane.ts';
import { exampleRecord, exampleRun } from '../../cli/examples.ts';
import type * as Editor from '../editor/vscode.ts';
import { openEditor } from '../editor/editor.ts';
import { exampleRunRecord } from '../panel/example-source.ts';

/** A control plane with a past: `ended` and `files`, read as the metadata store reads them. */
class RecordingPlane extends InMemoryControlPlane {
  active: ActiveRun[] = [];
  ended: RunRecord[] = [];
  files: IngestionRecord[] = [];

  override async status(): Promise<PlatformStatus> {
    return { ...(await super.status()), runs: this.active };
  }
  override async runLog(query: LogQuery): Promise<RunRecord[]> {
    return Promise.resolve(selected(this.ended, query));
  }
  override async ingestionLog(query: LogQuery): Promise<IngestionRecord[]> {
    return Promise.resolve(selected(this.files, query));
  }
}

function selected<T extends { tenant: string; runId: string | null }>(
  records: readonly T[],
  { tenant, runId, limit, skip = 0 }: LogQuery,
): T[] {
  const suits = (one: T) => (tenant ?? one.tenant) === one.tenant && (runId ?? one.runId) === one.runId;
  return records.filter(suits).slice(skip, skip + limit);
}

describe('commands about batches', () => {
  let plane: RecordingPlane;
  let server: ApiServer;
  let folder: PlatformFolder;
  let services: Services;
  let session: object;
  let commands: Record<string, CommandHandler>;
  let editor: typeof Editor;

  before(() => openEditor());
  beforeEach(async () => {
    editor = await import('../editor/vscode.ts');
    editor.shown.documents.clear();
    editor.answers.message = undefined;
    editor.state.answer = () => undefined;
    ({ batchCommands: commands } = await import('../../../../src/extension/commands/batch-commands.ts'));
    const { ReadOnlyDocuments } = await import('../../../../src/extension/documents/read-only-documents.ts');
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-commands-')));
    plane = new RecordingPlane();
    server = await startApiServer(plane);
    const client = new ControlPlaneClient({ url: server.url, token: plane.platformToken });
    session = { name: 'here', folder, client, status: undefined, recentRuns: [] };
    services = { documents: new ReadOnlyDocuments(), log: { info: () => undefined } } as unknown as Services;
  });
  afterEach(async () => {
    await server.dispose();
    await rm(folder.root, { recursive: true, force: true });
  });

  async function run(command: string, about: object): Promise<void> {
    await commands[command]?.(services, { session, tenant: 'north', ...about });
  }
  const documentOf = (path: string): unknown =>
    JSON.parse(editor.shown.documents.get(`mysimbdp:${folder.root}/${path}`) ?? 'null');

  it('opens the record of a run, however many came after it, with its files', async () => {
    const later = Array.from({ length: 20_000 }, (_, n) => `run-${n + 2}`);
    plane.ended = [...later, 'run-1'].map((runId) => exampleRunRecord({ runId }));
    plane.files = [...later, 'run-1'].map((runId) => exampleRecord({ runId }));
    await run('mysimbdp.openRunRecord', { runId: 'run-1' });
    assert.deepEqual(documentOf('run/run-1.json'), { run: plane.ended.at(-1), files: [plane.files.at(-1)] });
  });

  it('opens the record of a run with all of its files, though they come in pages', async () => {
    plane.ended = [exampleRunRecord()];
    plane.files = Array.from({ length: 2500 }, (_, n) => exampleRecord({ file: `${n}.tsv` }));
    await run('mysimbdp.openRunRecord', { runId: 'run-1' });
    assert.deepEqual(documentOf('run/run-1.json'), { run: plane.ended[0], files: plane.files });
  });

  it('opens a run that is under way as it is now', async () => {
    plane.active = [exampleRun()];
    await run('mysimbdp.openRunRecord', { runId: 'run-1' });
    assert.deepEqual(documentOf('run/run-1.json'), { run: exampleRun(), files: [] });
  });

  it('says that nothing is known of a run, rather than to show nothing', async () => {
    await assert.rejects(run('mysimbdp.openRunRecord', { runId: 'run-9' }), { code: 'NO_RUN' });
    assert.equal(editor.shown.documents.size, 0);
  });

  describe('that run what waits', () => {
    const ranFor = () => plane.calls.filter(([what]) => what === 'demandBatch').map(([, demand]) => demand);

    it('take everybody from the title of a view, whatever is selected in it', async () => {
      editor.state.folders = [];
      Object.assign(services, { platforms: { sessions: [session], settled: () => Promise.resolve() } });
      await run('mysimbdp.runAllNow', { runId: 'north-1', app: 'reviews' });
      assert.deepEqual(ranFor(), [{}]);
    });

    it('say first why a file was refused, and offer what can be done about it', async () => {
      const cause = {
        code: 'FILE_TOO_LARGE',
        message: 'the file has 17.7 MB, more than the 12 MB that a file may have',
      };
      plane.records = [exampleRecord({ outcome: 'refused', runId: null, cause, file: 'big.tsv' })];
      editor.state.answer = ({ choices }) => choices.find((one) => one === 'Edit Profile');
      await run('mysimbdp.runBatchNow', { app: 'reviews' });
      const told = editor.state.asked.at(-1);
      assert.match(told?.text ?? '', /^big\.tsv was refused: the file has 17\.7 MB.* — reviews of north: 1 file, 0? ?/);
      assert.deepEqual(told?.choices, ['Show Staging', 'Edit Profile']);
      assert.deepEqual(editor.state.executed.at(-1), {
        command: 'mysimbdp.editProfile',
        args: [{ session, tenant: 'north' }],
      });
    });

    it('tell in one message of what was ingested and of what is still being written', async () => {
      plane.records = [exampleRecord()];
      plane.stillWritten = [{ tenant: 'north', file: 'slow.tsv' }];
      const before = editor.state.asked.length;
      await run('mysimbdp.runBatchNow', {});
      const told = editor.state.asked.slice(before);
      assert.equal(told.length, 1);
      assert.match(told[0]?.text ?? '', /^north: 1 file.* — Not ingested yet.*north\/slow\.tsv$/);
      assert.deepEqual(told[0]?.choices, ['Open Record']);
    });

    it('offer to add files where nothing waits', async () => {
      await run('mysimbdp.runBatchNow', { app: 'reviews' });
      assert.deepEqual(editor.state.asked.at(-1), {
        text: 'Nothing waits for reviews of north.',
        choices: ['Add Files…'],
      });
    });
  });

  it('retries a run: its files go to staging, and only its app runs', async () => {
    const path = join(folder.quarantine('north'), 'run-1', 'one.tsv');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'x');
    await mkdir(folder.tenant('north'), { recursive: true });
    const location = path.slice(folder.root.length + 1);
    plane.records = [exampleRecord()];
    plane.files = [
      ...Array.from({ length: 20_000 }, () => exampleRecord({ runId: 'run-2' })),
      exampleRecord({ outcome: 'failed', app: 'reviews', file: 'one.tsv', location }),
    ];
    await run('mysimbdp.retryRun', { runId: 'run-1' });
    assert.deepEqual(await readdir(folder.staging('north')), ['one.tsv']);
    assert.deepEqual(
      plane.calls.find(([what]) => what === 'demandBatch'),
      ['demandBatch', { tenant: 'north', app: 'reviews' }],
    );
  });

  it('offers to retry a run that is done but for a file that failed', async () => {
    Object.assign(session, {
      recentRuns: [
        exampleRunRecord({ runId: 'run-3' }),
        exampleRunRecord({ runId: 'run-2', files: 2, failedFiles: 1 }),
        exampleRunRecord({ runId: 'run-1', outcome: 'cancelled' }),
      ],
    });
    await assert.rejects(run('mysimbdp.retryRun', { tenant: undefined }));
    assert.deepEqual(editor.state.asked.at(-1)?.choices, ['run-2', 'run-1']);
  });

  it('opens a file that is in quarantine as a whole, with its reason', async () => {
    const location = '.mysimbdp/quarantine/north/run-1/files/one.tsv';
    await mkdir(dirname(join(folder.root, location)), { recursive: true });
    await writeFile(join(folder.root, location), 'x');
    const gone = exampleRecord({ file: 'gone.tsv', outcome: 'failed', location: `${location}.gone` });
    plane.files = [gone, exampleRecord({ outcome: 'failed', location })];
    editor.state.answer = ({ choices }) => choices[0];
    await run('mysimbdp.openQuarantine', {});
    assert.deepEqual(editor.state.asked.at(-1)?.choices, ['one.tsv']);
    assert.deepEqual(
      editor.state.executed.slice(-2).map(({ args }) => String(args[0]).split('/').at(-1)),
      ['one.tsv.reason.json', 'one.tsv'],
    );
  });

  it('adds files to staging, and asks what becomes of a name that is there', async () => {
    const source = join(folder.root, 'one.tsv');
    await writeFile(source, 'new');
    await mkdir(folder.staging('north'), { recursive: true });
    await writeFile(folder.profile('north'), 'tenant: north\n');
    await writeFile(join(folder.staging('north'), 'one.tsv'), 'old');
    editor.answers.openDialog = [editor.Uri.file(source)];
    editor.answers.message = 'Keep Both';
    await run('mysimbdp.addFiles', {});
    assert.deepEqual((await readdir(folder.staging('north'))).sort(), ['one.1.tsv', 'one.tsv']);
  });

  for (const command of ['mysimbdp.addFiles', 'mysimbdp.openStaging'])
    it(`brings nothing of a tenant back that was removed meanwhile: ${command}`, async () => {
      const source = join(folder.root, 'one.tsv');
      await writeFile(source, 'new');
      editor.answers.openDialog = [editor.Uri.file(source)];
      await assert.rejects(run(command, {}), { code: 'TENANT_NOT_PRESENT' });
      await assert.rejects(readdir(folder.tenant('north')), { code: 'ENOENT' });
    });
});
