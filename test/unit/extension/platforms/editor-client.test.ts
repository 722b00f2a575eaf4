import assert from 'node:assert/strict';
import { startApiServer, type ApiServer } from '../../../../src/api/server.ts';
import type { PlatformStatus } from '../../../../src/protocol/management.ts';
import { InMemoryControlPlane } from '../../api/in-memory-control-plane.ts';
import { exampleRecord } from '../../cli/examples.ts';
import { openEditor } from '../editor/editor.ts';
import { exampleRunRecord } from '../panel/example-source.ts';

const { EditorClient } = await import('../../../../src/extension/platforms/editor-client.ts');

const broken = {
  code: 'PROFILE_BROKEN',
  message: 'the profile has errors',
  hint: '`mysimbdp profile check` shows them',
};

class BrokenPlane extends InMemoryControlPlane {
  override async status(): Promise<PlatformStatus> {
    const waiting = { runId: 'north-1', app: 'a', files: ['a.csv'], at: null, cause: broken };
    const nothing = { waitingFiles: 0, waitingBytes: 0, runningFiles: 0, refusedFiles: 0, deferredFiles: 0 };
    const north = {
      tenant: 'north',
      registered: true,
      enabled: true,
      problem: broken,
      plan: null,
      apps: [],
      ...nothing,
    };
    return { ...(await super.status()), tenants: [{ ...north, retries: [waiting] }] };
  }
  override runLog() {
    const firstFailure = { file: 'a.csv', cause: broken };
    return Promise.resolve([exampleRunRecord({ cause: broken }), exampleRunRecord({ firstFailure })]);
  }
  override ingestionLog() {
    return Promise.resolve([exampleRecord({ cause: broken })]);
  }
}

describe('what a control plane says in the editor', () => {
  let server: ApiServer;
  let client: InstanceType<typeof EditorClient>;
  before(async () => {
    openEditor();
    const plane = new BrokenPlane();
    plane.records = [exampleRecord({ cause: broken })];
    server = await startApiServer(plane);
    client = new EditorClient({ url: server.url, token: plane.platformToken });
  });
  after(() => server.dispose());

  for (const [what, ask] of [
    ['the status', () => client.status()],
    ['the next status', () => client.nextStatus(0, 10)],
    ['a demand', () => client.demandStatus('d-1', 10)],
    ['the ingestion log', () => client.ingestionLog({})],
    ['the log of runs', () => client.runLog({})],
  ] as const)
    it(`sends nobody to the command line: ${what}`, async () => {
      const text = JSON.stringify(await ask());
      assert.match(text, /PROFILE_BROKEN/);
      assert.match(text, /The view Problems shows everything that is wrong/);
      assert.doesNotMatch(text, /mysimbdp profile check/);
    });
});
