import assert from 'node:assert/strict';
import { bounds, toHost, toPanel } from '../../../../src/extension/panel/panel-protocol.ts';

describe('messages of the panel', () => {
  for (const message of [
    { type: 'ready', filter: { level: 'info', tenant: null } },
    { type: 'filter', filter: { level: 'error', tenant: 'north' } },
    { type: 'openRun', tenant: 'north', runId: 'run-1' },
    { type: 'act', action: 'startPlatform' },
    { type: 'showPlatform', folder: '/platform' },
  ])
    it(`takes ${JSON.stringify(message)}`, () => assert.deepEqual(toHost.parse(message), message));

  for (const [what, message] of Object.entries({
    'an unknown type': { type: 'run', command: 'rm' },
    'an unknown action': { type: 'act', action: 'workbench.action.quit' },
    'more than it has': { type: 'painted', pageMs: 1, more: 1 },
    'a name without end': { type: 'cancelRun', tenant: 'north', runId: 'x'.repeat(10_000) },
    'no object': 'ready',
  }))
    it(`refuses ${what}`, () => assert.equal(toHost.safeParse(message).success, false));

  it('holds a message to the panel to its bounds', () => {
    const line = { time: 0, level: 'info', tenant: null, text: '' };
    const delta = (lines: number) => ({
      type: 'delta',
      sequence: 1,
      parts: {
        log: {
          reset: false,
          filter: { level: 'info', tenant: null },
          lines: Array.from({ length: lines }, () => line),
          leftOut: 0,
        },
      },
    });
    assert.ok(toPanel.safeParse(delta(bounds.logLines)).success);
    assert.equal(toPanel.safeParse(delta(bounds.logLines + 1)).success, false);
  });
});
