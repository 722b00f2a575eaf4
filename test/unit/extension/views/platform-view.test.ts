import assert from 'node:assert/strict';
import { PlatformFixture } from '../../../platform/platform-fixture.ts';
import { KeptLog, openEditor, uriOf } from '../editor/editor.ts';

const { PlatformSession } = await import('../../../../src/extension/platforms/platform-session.ts');
const { plain } = await import('../../../../src/extension/views/figures.ts');
const { platformNodes } = await import('../../../../src/extension/views/platform-view.ts');

describe('the view Platform', () => {
  let fixture: PlatformFixture;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    openEditor(fixture.folder.root);
  });
  afterEach(() => fixture.dispose());

  function partsOf(session: InstanceType<typeof PlatformSession>) {
    const [node] = platformNodes([session]);
    return node?.children?.() ?? [];
  }

  it('shows where the control plane answers', async () => {
    const session = new PlatformSession(uriOf(fixture.folder.root), new KeptLog().channel);
    const { url } = await fixture.up();
    await session.attachIfRunning();
    const endpoint = partsOf(session).find(({ label }) => label === 'Endpoint');
    await session.close();
    assert.equal(endpoint?.description, url);
  });

  it('shows why a start failed, and what can be done', async () => {
    const session = new PlatformSession(uriOf(fixture.folder.tenants), new KeptLog().channel);
    await assert.rejects(session.start());
    const [problem] = partsOf(session);
    assert.match(problem?.label ?? '', /is not a platform folder/);
    assert.equal(problem?.description, 'Create a platform folder, or open another one.');
    assert.equal(problem.tooltip, `${plain(problem.label)}\n\n${plain(problem.description)}`);
  });
});
