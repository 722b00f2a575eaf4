const everywhere = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR'];
const onWindows = [
  'PATH',
  'PATHEXT',
  'SystemRoot',
  'SystemDrive',
  'windir',
  'ComSpec',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'LOCALAPPDATA',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
];

/**
 * The environment that runners and command apps are given: what a program needs to find other programs, its user's
 * folders, its language and a place for temporary files, and nothing else. The control plane lives in an editor or a
 * shell whose environment holds cloud keys, tokens and proxy passwords that no tenant's code may read; a list of what is
 * allowed stays right when a new secret gets a name that nobody has thought of. It also makes a run independent of where
 * it was started from (no NODE_OPTIONS, PYTHONPATH, LD_PRELOAD).
 */
export function scrubbedEnvironment(from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const scrubbed: Record<string, string> = {};
  for (const name of process.platform === 'win32' ? onWindows : everywhere) {
    const value = from[name];
    if (value !== undefined) scrubbed[name] = value;
  }
  return scrubbed;
}
