import { PlatformError } from '../../foundation/errors.ts';

export function commandNotDebugged(app: string): PlatformError {
  return new PlatformError({
    code: 'APP_IS_A_COMMAND',
    message: `the app ${app} is a command: it runs in a process of its own, which this debugger cannot step through`,
    hint: 'run it on the sample instead, or debug it with the debugger of its language',
    kind: 'usage',
  });
}
