/** How a Node program of the platform is started. */
export interface NodeCommand {
  command: string;
  args: string[];
  /** Belongs into the environment of the process. */
  env: Record<string, string>;
}

/**
 * The command that runs `script` with the Node that runs this code. In an editor that is the editor's own Electron,
 * which is Node only when told so; so the user needs no Node.
 * @param flags of Node and V8
 */
export function nodeCommand(script: string, args: readonly string[] = [], flags: readonly string[] = []): NodeCommand {
  return { command: process.execPath, args: [...flags, script, ...args], env: { ELECTRON_RUN_AS_NODE: '1' } };
}
