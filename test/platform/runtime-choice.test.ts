import assert from 'node:assert/strict';
import { PlatformFixture } from './platform-fixture.ts';

describe('the runtime auto', () => {
  it('is the embedded one where no engine answers, and says so and why once', async () => {
    const runtime = 'runtime: { kind: auto, docker: { host: "unix:///nowhere/docker.sock" } }';
    const fixture = await PlatformFixture.create([], runtime);
    try {
      const said: string[] = [];
      await fixture.up({ log: (_, message) => said.push(message) });
      assert.equal(said.filter((line) => line.includes('runtime')).length, 1);
      assert.match(said.join('\n'), /runtime embedded: the container engine does not run .*nowhere\/docker\.sock/);
      const log = await fixture.read('.mysimbdp/logs/platform.log');
      assert.equal(log.split('"type":"runtime-chosen"').length - 1, 1);
    } finally {
      await fixture.down();
      await fixture.dispose();
    }
  });
});
