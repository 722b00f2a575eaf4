import type { Locator } from 'playwright-core';
import { PlatformFolder } from '../../src/foundation/platform-folder.ts';
import { purgeServices } from '../../src/runtimes/docker/found-services.ts';
import { useDocker } from '../docker/harness/use-docker.ts';
import { platformFile } from '../unit/tenants/platform-fixture.ts';
import type { OpenedPlatform } from './harness/platform-folder.ts';
import { useWorkbench } from './harness/use-workbench.ts';
import type { WorkbenchWindow } from './harness/workbench-window.ts';

const startMs = 120_000;

describe('services in containers, in the editor', function () {
  this.timeout(240_000);
  const docker = useDocker();
  let platform: OpenedPlatform | undefined;
  let window: WorkbenchWindow;
  // Declared before the workbench's own, which takes away the window and the folder.
  after(async () => {
    if (!platform) return;
    await window.runCommand('mysimbdp: Stop Platform');
    await window.page.locator('.pane-body .monaco-list-row', { hasText: /stopped$/ }).waitFor({ timeout: startMs });
    await purgeServices(new PlatformFolder(platform.root), docker.engine.endpoint.host);
  });
  const workbench = useWorkbench();
  before(async () => {
    const { host } = docker.engine.endpoint;
    // Drawn as elements, whose text can be read.
    const settings = { 'terminal.integrated.gpuAcceleration': 'off' };
    const server = await workbench.ownServer({ settings });
    platform = await workbench.platform({
      'mysimbdp.yaml': `${platformFile}runtime: { kind: docker, docker: { host: "${host}" } }\n`,
    });
    window = await workbench.open({ folder: platform.root }, { server });
    await window.runCommand('View: Show mysimbdp');
    await window.runCommand('mysimbdp: Start Platform');
  });
  const node = (text: RegExp): Locator => window.page.locator('.pane-body .monaco-list-row', { hasText: text });
  const screen = (text: string | RegExp): Locator => window.page.locator('.xterm-rows', { hasText: text });

  it('are shown with how they are, where they answer, and what they take of the machine', async () => {
    for (const service of ['cassandra-1', 'kafka-1'])
      await node(new RegExp(`${service}.*running · 127\\.0\\.0\\.1:\\d+ · [\\d.]+ cores · \\d.* [MG]B`)).waitFor({
        timeout: startMs,
      });
  });

  it('have cqlsh in a terminal, which closes with it', async () => {
    await window.runCommand('mysimbdp: Open cqlsh Here');
    await screen('mysimbdp__admin@cqlsh>').waitFor();
    await window.page.keyboard.type('SELECT release_version FROM system.local;\n');
    await screen(/release_version[\s\S]*\d+\.\d+\.\d+/).waitFor();
    await window.page.keyboard.type('exit\n');
    await screen('cqlsh').waitFor({ state: 'detached' });
  });

  it('are in the monitoring panel', async () => {
    await window.runCommand('mysimbdp: Open Monitoring Panel');
    const panel = await window.webview('Services');
    for (const service of ['cassandra-1', 'kafka-1'])
      await panel.locator('.section.services tr', { hasText: new RegExp(`${service}.*Running.*[MG]B`) }).waitFor();
  });
});
