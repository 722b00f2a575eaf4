import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { PlatformSession } from '../../../../src/extension/platforms/platform-session.ts';
import type { Services } from '../../../../src/extension/services.ts';
import { PlatformFixture } from '../../../platform/platform-fixture.ts';
import { KeptLog, openEditor } from '../editor/editor.ts';
import * as standIn from '../editor/vscode.ts';

const { showSample } = await import('../../../../src/extension/sample/sample-view.ts');

describe('the view of an app on a sample', () => {
  let fixture: PlatformFixture;
  beforeEach(async () => {
    fixture = await PlatformFixture.create([{ name: 'acme' }]);
    openEditor(fixture.folder.root);
    standIn.shown.panels = [];
  });
  afterEach(() => fixture.dispose());

  it('is one an app, and is held by nobody once it is closed', async () => {
    await fixture.write('one.csv', 'id,name\n1,one\n');
    const services = { log: new KeptLog().channel, context: { subscriptions: [] } } as unknown as Services;
    const session: unknown = { folder: fixture.folder };
    const target = { session: session as PlatformSession, tenant: 'acme', app: 'items' };
    const file = join(fixture.folder.root, 'one.csv');
    for (let times = 0; times < 2; times++) await showSample(services, target, file);
    const [panel, ...others] = standIn.shown.panels;
    assert.ok(panel);
    assert.equal(others.length, 0);
    assert.match(panel.webview.html, /1 record read, 1 would be stored as 1 row/);
    assert.equal(services.context.subscriptions.length, 1);
    panel.dispose();
    assert.equal(services.context.subscriptions.length, 0);
  });
});
