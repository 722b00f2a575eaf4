import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ControlLink } from '../../../src/runner/control-link.ts';
import { within } from '../../../src/foundation/deadlines.ts';
import type { Directives, RunReport } from '../../../src/protocol/reports.ts';

const answer: Directives = {
  version: 1,
  rate: { rowsPerSecond: null, bytesPerSecond: null },
  drain: false,
  stop: false,
};

describe('the link of a runner to its control plane', () => {
  let server: Server;
  let link: ControlLink;
  let garbage: NodeJS.Timeout;
  afterEach(async () => {
    clearInterval(garbage);
    server.closeAllConnections();
    server.close();
    await link.dispose();
  });

  it('tells that the lease is lost when a control plane takes requests but does not answer, as one that stands still', async function () {
    this.timeout(30_000);
    let asked = 0;
    server = createServer((_, response) => {
      // The first of the reports and of the polls are answered.
      if (++asked <= 2) response.end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // A runner under load collects garbage all the time, also what only waits for a moment.
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    garbage = setInterval(collect, 200);
    const obeyed: Directives[] = [];
    const lost = new Promise<number>((leaseLost) => {
      const run = {
        report: () => ({}) as RunReport,
        obey: (directives: Directives) => obeyed.push(directives),
        leaseLost,
      };
      link = new ControlLink('acme-1', { url, leaseSeconds: 2 }, 'token', run);
    });
    const silentSeconds = await within(20_000, 'the loss of the lease', lost);
    assert.ok(silentSeconds >= 2 && silentSeconds < 15, `after ${silentSeconds} s`);
    assert.deepEqual(obeyed, [answer]);
  });
});
