import type { ScanResult } from "../../functions/app/scan/begin-scan.ts";
import { pause } from "./drain.ts";
import { FunctionError } from "./lambda/function-error.ts";
import { UsageError } from "./usage-error.ts";

export type ScanSettings = {
  /** Invokes the scanner. */
  readonly invoke: () => Promise<unknown>;
  readonly pauseMs: number;
  readonly giveUp: AbortSignal;
  /** Told of every failure that is tried again. */
  readonly onFailure: (error: FunctionError) => void;
};

/** Failures that pass: Zuora is busy or keeps us out for now, or says something odd, or a scan took too long. */
const passing = new Set(["ZuoraBusyError", "ZuoraAccessError", "ZuoraContractError", "Sandbox.Timedout"]);

/**
 * Scans, again and again where the scheduler would, until one scan completes.
 *
 * @returns the last failure when there was no time left for another scan
 * @throws {UsageError} where no scan can ever complete: settings or credentials
 */
export const scanUntilDone = async ({
  invoke,
  pauseMs,
  giveUp,
  onFailure,
}: ScanSettings): Promise<ScanResult | FunctionError> => {
  let last = new FunctionError("Sandbox.Timedout", "the scan did not complete in time");
  while (!giveUp.aborted) {
    try {
      return (await unlessGivenUp(invoke(), giveUp, last)) as ScanResult;
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      if (isConfiguration(error)) throw new UsageError(error.message);
      if (error === last) break;
      last = error;
      if (!passing.has(error.errorType)) break;
      onFailure(error);
      await pause(pauseMs, giveUp);
    }
  }
  return last;
};

/**
 * Zuora refuses a user or a token for many reasons that pass; that its token service does not know our credentials is
 * not one of them.
 */
const isConfiguration = ({ errorType, message }: FunctionError): boolean =>
  errorType === "ConfigError" || (errorType === "ZuoraAccessError" && message.startsWith("authentication: "));

const unlessGivenUp = (scan: Promise<unknown>, giveUp: AbortSignal, failure: FunctionError): Promise<unknown> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(failure);
  giveUp.addEventListener("abort", onAbort, { once: true });
  return Promise.race([scan, promise]).finally(() => giveUp.removeEventListener("abort", onAbort));
};
