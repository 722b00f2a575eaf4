/** What is measured inside the extension host and read outside. Milliseconds where nothing else is said. */
export interface ActivationFigures {
  ms: number;
  /** Native addons of the extension that are loaded in the process. */
  addons: string[];
  /** Files of the extension that were loaded by require. */
  modules: string[];
}

export interface IngestionFigures {
  /** First picture of data in the panel: since the command, and the page's own part of it. */
  paint: { ms: number; pageMs: number } | undefined;
  seconds: number;
  /** Records of both files. */
  rows: number;
  outcomes: string[];
  /** Event-loop delay of the extension host while both runs last. */
  delayP99Ms: number;
  delayMaxMs: number;
}
