import assert from 'node:assert/strict';
import { reportedFault, reportError } from '../../../src/cli/errors.ts';
import type { Terminal } from '../../../src/cli/terminal/terminal.ts';
import { PlatformError } from '../../../src/foundation/errors.ts';

function printed(error: unknown): string {
  const lines: string[] = [];
  const terminal = { paint: (_: string, text: string) => text, note: (line: string) => void lines.push(line) };
  reportError(terminal as unknown as Terminal, error);
  return `${lines.join('\n')}\n`;
}

describe('a fault that the command line has reported', () => {
  it('is read again with message and hint', () => {
    const error = new PlatformError({ code: 'LOGIN_REFUSED', message: 'no: really', hint: 'look there,\nthen here' });
    assert.deepEqual(reportedFault(`warning first\n${printed(error)}`), {
      code: 'LOGIN_REFUSED',
      message: 'no: really',
      hint: 'look there, then here',
    });
    assert.deepEqual(reportedFault(printed(new PlatformError({ code: 'GONE', message: 'gone' }))), {
      code: 'GONE',
      message: 'gone',
    });
  });

  it('is none in anything else', () => {
    assert.equal(reportedFault(''), undefined);
    assert.equal(reportedFault('Segmentation fault\n'), undefined);
  });
});
