import { SettlementError, ZuoraAccessError, ZuoraBusyError } from "../../domain/errors.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import type { PaymentRunWatch, ScanKind } from "./ports.ts";

/** Where no scan has completed yet, payment runs are looked at so far back. */
export const firstWindowMs = 60 * 60_000;

/** Why everything is looked at, if it is. */
export const reasonFor = (kind: ScanKind, last: number | undefined, around: string | undefined): string | undefined => {
  if (kind === "full") return "asked";
  return last === undefined ? "no-scan-completed-yet" : around;
};

export type Watching = { readonly watch: PaymentRunWatch; readonly telemetry: Telemetry; readonly runId: string };

/**
 * Asks something about payment runs that a scan can do without: where Zuora answers in a way that nobody understands,
 * it is said and the scan goes on; what was missed is for the next one.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError} which the scan itself would meet as well
 */
export const orSay = async <T>({ telemetry, runId }: Watching, asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
    if (error instanceof ZuoraBusyError || error instanceof ZuoraAccessError) throw error;
    telemetry.warn("payment runs not watched", { runId, code: error.code, errorMessage: error.message });
    return undefined;
  }
};
