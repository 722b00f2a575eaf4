import { dirname } from 'node:path';
import { programPath } from '../../foundation/programs.ts';

/** What a debug session needs to know. Paths are absolute. */
export interface DebuggedSample {
  name: string;
  /** A file with the SampleJob. */
  jobFile: string;
  tenantFolder: string;
  appFolder: string;
}

/**
 * A launch for the editor's JavaScript debugger: the editor's own runtime runs the platform's program, which calls the app in
 * its main thread. It is Electron where the editor is a desktop application, and Node where it is a server.
 */
export function nodeLaunch({ name, jobFile, tenantFolder, appFolder }: DebuggedSample) {
  const program = programPath('sample-debug');
  return {
    type: 'node',
    request: 'launch',
    name,
    runtimeExecutable: process.execPath,
    // The debugger would ask the runtime for it, which Electron answers with a version of its own.
    nodeVersionHint: Number.parseInt(process.versions.node, 10),
    env: { ELECTRON_RUN_AS_NODE: '1' },
    program,
    args: [jobFile],
    cwd: appFolder,
    console: 'internalConsole',
    internalConsoleOptions: 'openOnSessionStart',
    skipFiles: ['<node_internals>/**', `${slashed(dirname(program))}/**`],
    sourceMaps: true,
    // The app is compiled while it is loaded; nothing of it runs before its breakpoints stand.
    pauseForSourceMap: true,
    resolveSourceMapLocations: [`${slashed(tenantFolder)}/**`, '!**/node_modules/**'],
    autoAttachChildProcesses: false,
  };
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
