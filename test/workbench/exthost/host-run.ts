/** What the outer test run tells the run inside the extension host, in `run.json` beside its programs. */
export interface HostRun {
  /** Absolute path of mocha's main module. */
  mocha: string;
  /** Names of the bundled suites beside `run.json`. */
  suites: string[];
  /** File that gets the HostReport, at the very end. */
  report: string;
  /** Only tests whose full title matches. */
  grep?: string;
  /** Milliseconds that a test may take unless it says otherwise. */
  timeout: number;
}

/** What a run inside the extension host came to. */
export interface HostReport {
  tests: HostTest[];
}

export interface HostTest {
  /** Titles of the suites around the test, outermost first, then its own. */
  titles: string[];
  state: 'passed' | 'failed' | 'pending';
  /** Milliseconds. */
  duration: number;
  error?: HostError;
}

export interface HostError {
  message: string;
  stack: string;
  /** Values of a failed comparison, as text. */
  actual?: string;
  expected?: string;
}
