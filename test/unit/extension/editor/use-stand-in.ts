import { register } from 'node:module';

const standIn = new URL('./vscode.ts', import.meta.url).href;
const hook = `export const resolve = (name, context, next) => next(name === 'vscode' ? ${JSON.stringify(standIn)} : name, context);`;
let registered = false;

/** From now on `import('…')` of a module that needs `vscode` gives it the stand-in. Modules that were imported before stay as they are. */
export function useEditorStandIn(): void {
  if (!registered) register(`data:text/javascript,${encodeURIComponent(hook)}`);
  registered = true;
}
