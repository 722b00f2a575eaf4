import { PlatformError } from '../../foundation/errors.ts';

/** What a connection takes, one after the other; the first that fails is the one to mend. */
export type CheckStep =
  | 'settings'
  | 'resolve'
  | 'connect'
  | 'tls'
  | 'protocol'
  | 'login'
  | 'data center'
  | 'brokers'
  | 'version'
  | 'permissions';

export interface StepOutcome {
  step: CheckStep;
  /** Of which server; undefined for what is about none in particular. */
  at: string | undefined;
  /** What was found. */
  detail: string;
  /** What is wrong; a `warning` does not keep the service from being used. */
  problem?: { error: PlatformError; severity: 'warning' | 'failure' };
}

export type TellStep = (outcome: StepOutcome) => void;

/** Does the work of a step and tells how it went. */
export async function inStep<T>(
  tell: TellStep,
  step: CheckStep,
  at: string | undefined,
  work: () => Promise<T>,
  describe: (result: T) => string,
): Promise<T> {
  try {
    const result = await work();
    tell({ step, at, detail: describe(result) });
    return result;
  } catch (error) {
    if (error instanceof PlatformError) {
      tell({ step, at, detail: error.message, problem: { error, severity: 'failure' } });
    }
    throw error;
  }
}

export function tellWarnings(tell: TellStep, step: CheckStep, warnings: readonly PlatformError[]): void {
  for (const error of warnings) {
    tell({ step, at: undefined, detail: error.message, problem: { error, severity: 'warning' } });
  }
}
