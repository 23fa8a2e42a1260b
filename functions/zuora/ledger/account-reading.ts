import type { Telemetry } from "../../app/telemetry-ports.ts";
import type { Mode } from "../../domain/credit/mode.ts";
import { appliesPayments, type Policy } from "../../domain/policy.ts";
import { createModeCheck, type ModeCheck } from "../credit-memos/mode-check.ts";
import type { Connection } from "../http/connection.ts";
import { type CollectionsView, createCollectionsView } from "../payment-runs/collections.ts";
import { type CanceledView, createCanceledView } from "./canceled-view.ts";

/** What the policy and the stage make of the reading of accounts, and what all readings of an environment share. */
export type AccountReading = {
  readonly timeZone: string;
  /** Absent: `credit-balance`. */
  readonly mode?: Mode | undefined;
  readonly optOutField: string | undefined;
  /** Whether credit is to be split into ours and what stood there before. */
  readonly separatesStandingCredit: boolean;
  /** Whether unapplied payments are read; absent: not one call is made for them. */
  readonly readsPayments?: boolean | undefined;
  /** Absent: nothing is asked. */
  readonly modeCheck?: ModeCheck | undefined;
  readonly collections: CollectionsView;
  readonly canceled: CanceledView;
};

type ReadingDeps = {
  readonly now: () => number;
  readonly telemetry: Telemetry;
  readonly connection: Pick<Connection, "signsAnswers">;
  /** How an operator waits where Zuora must be asked more than once; a processor's message comes back by itself. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
};

/** What of the policy decides what is read. */
type ReadingPolicy = Pick<Policy, "optOutField" | "standingCredit" | "unappliedPayments">;

export const createAccountReading = (
  { timeZone, mode }: Pick<AccountReading, "timeZone" | "mode">,
  { optOutField, standingCredit, unappliedPayments }: ReadingPolicy,
  { now, telemetry, connection, sleep }: ReadingDeps,
): AccountReading => ({
  timeZone,
  mode,
  optOutField,
  separatesStandingCredit: standingCredit === "leave",
  readsPayments: appliesPayments({ unappliedPayments }, mode),
  collections: createCollectionsView(timeZone, {
    now,
    sleep,
    signsAnswers: connection.signsAnswers,
    onNotOffered: (what, { code, message }) =>
      telemetry.warn("not offered by the tenant", { what, code, errorMessage: message }),
  }),
  canceled: createCanceledView(now),
  modeCheck: createModeCheck(mode),
});
