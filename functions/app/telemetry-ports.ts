import type { AccountId } from "../domain/account.ts";
import type { ErrorCode } from "../domain/errors.ts";
import type { HoldReason } from "../domain/hold.ts";
import type { WaitReason } from "./settle/outcome.ts";

/** Names of structured log lines; the local report and the saved log queries key on them. */
export type LogEvent =
  | "account outcome"
  | "adjustment created"
  | "scan completed"
  | "scan refused"
  | "payment runs not watched"
  | "posting not scanned"
  | "negative when a payment run began"
  | "switch is not on"
  | "dead-lettered"
  | "renewed"
  | "queue operation failed"
  | "read tried again";

/** Where logs and metrics go. Ids and amounts only: never a token, a name, an e-mail address or a whole body. */
export type Telemetry = {
  info(event: LogEvent, fields: Readonly<Record<string, unknown>>): void;
  warn(event: LogEvent, fields: Readonly<Record<string, unknown>>): void;
  count(metric: string, value: number, dimensions?: Readonly<Record<string, string>>): void;
};

/** The line that tells how one account left one invocation. Amounts are decimal text in the account's currency. */
export type AccountOutcomeLine = {
  readonly runId: string;
  readonly accountId: AccountId;
  /** `failed` either became a dead letter or, where it may pass, is tried again. */
  readonly outcome: "settled" | "no-op" | "held" | "waiting" | "failed";
  readonly dryRun: boolean;
  readonly currency?: string;
  readonly transferred?: string;
  readonly applied?: string;
  readonly leftAsCredit?: string;
  readonly holds?: readonly { readonly reason: HoldReason; readonly invoiceNumber?: string }[];
  readonly code?: ErrorCode;
  readonly errorMessage?: string;
  /** By which Zuora's support finds the call that failed. */
  readonly zuoraRequestId?: string;
  /** Why it waits, where that is no error of Zuora's. */
  readonly waitReason?: WaitReason;
};
