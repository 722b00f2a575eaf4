import assert from 'node:assert/strict';
import { until } from '../../../../src/foundation/deadlines.ts';
import { KeptLog, openEditor } from '../editor/editor.ts';
import type * as Editor from '../editor/vscode.ts';

const { FollowedLogs } = await import('../../../../src/extension/logs/followed-logs.ts');

/** The log of a server that a test has say something. */
class PlayedLog {
  reads = 0;
  say: (line: string) => void = () => undefined;
  end: (error?: Error) => void = () => undefined;

  async *lines(): AsyncGenerator<string> {
    this.reads++;
    const waiting: string[] = [];
    let wake: () => void = () => undefined;
    let ended: { error: Error | undefined } | undefined;
    this.say = (line) => {
      waiting.push(line);
      wake();
    };
    this.end = (error) => {
      ended = { error };
      wake();
    };
    for (;;) {
      for (const line of waiting.splice(0)) yield line;
      if (ended?.error) throw ended.error;
      if (ended) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
}

describe('a log that is followed', () => {
  let log: KeptLog;
  let logs: InstanceType<typeof FollowedLogs>;
  let played: PlayedLog;
  let editor: typeof Editor;
  beforeEach(async () => {
    openEditor();
    editor = await import('../editor/vscode.ts');
    editor.shown.channels.length = 0;
    log = new KeptLog();
    logs = new FollowedLogs(log.channel);
    played = new PlayedLog();
  });
  afterEach(() => logs.dispose());

  const follow = () => logs.follow('shop kafka-1', 'kafka-1', () => played.lines());
  const shows = (line: string) => until(2000, `the line ${line}`, () => editor.shown.channels[0]?.lines.includes(line));

  it('is shown as it comes, and opened once', async () => {
    const first = follow();
    played.say('one');
    await first;
    await follow();
    played.say('two');
    await shows('two');
    assert.equal(editor.shown.channels.length, 1);
    assert.equal(played.reads, 1);
  });

  it('is read anew, in the same place, when it has ended: its container was started again', async () => {
    const first = follow();
    played.say('before');
    await first;
    played.end();
    await shows('— the log has ended —');
    const again = follow();
    played.say('after');
    await again;
    assert.equal(editor.shown.channels.length, 1);
    assert.deepEqual(editor.shown.channels[0]?.lines, ['after']);
  });

  it('tells whoever asked for it why there is nothing to read', async () => {
    const first = follow();
    played.end(new Error('the engine does not run'));
    await assert.rejects(first, /the engine does not run/);
    assert.ok(log.lines.some((line) => line.endsWith('the engine does not run')));
  });
});
