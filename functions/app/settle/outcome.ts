import type { AccountId } from "../../domain/account.ts";
import {
  type ErrorCode,
  type SettlementError,
  UnknownAccountError,
  type ZuoraRejectedError,
} from "../../domain/errors.ts";
import type { Hold, HoldReason } from "../../domain/hold.ts";
import type { Money } from "../../domain/money.ts";

/** Why an account waits through no fault of its own, where it is no error of Zuora's. */
export type WaitReason = "payment-run-collecting" | "payment-processing" | "out-of-time" | "switched-off";

/** How one invocation left one account. */
export type Result = ResultKind & {
  /** Something of the account was confirmed in this invocation, so that its trouble is not the old one. */
  readonly hasMoved?: boolean;
  /** Epoch milliseconds: when anybody last changed an invoice of it; absent where nobody knows. */
  readonly changedAt?: number | undefined;
};

type ResultKind =
  /** No step is left. `held`: none is left but what people must decide. */
  | { readonly kind: "settled" | "no-op" | "held" }
  /**
   * Not the account's fault: it is tried again for as long as it takes. `refusal`: what it would have failed with, had
   * not most others been refused alike; nobody is left to say that it passes, so it is set aside when it has lasted.
   */
  | {
      readonly kind: "waiting";
      readonly reason: SettlementError | WaitReason;
      readonly refusal?: SettlementError | undefined;
    }
  /** The account's own trouble: `final` is set aside at once, the rest when its deliveries run out. */
  | { readonly kind: "failed"; readonly error: SettlementError; readonly final: boolean };

/**
 * How an account is left whose record nobody understands. Whom Zuora does not show is tried again: a new account may not
 * be on every replica yet.
 */
export const unreadable = (error: SettlementError): Result => ({
  kind: "failed",
  error,
  final: !(error instanceof UnknownAccountError),
});

export type AccountOutcome = {
  readonly result: Result;
  readonly holds: readonly Hold[];
  /** Confirmed in this invocation, or in a dry run what would have been done. */
  readonly transferred: Money;
  readonly applied: Money;
  /** What Zuora refused to transfer, also where the account waits for something else. */
  readonly refused?: ZuoraRejectedError | undefined;
  /** Absent where the account could not be read. */
  readonly currency?: string | undefined;
  readonly leftAsCredit?: Money | undefined;
  /** Epoch milliseconds: when the oldest of the invoices was posted that this invocation transferred. */
  readonly transferredPostedAt?: number | undefined;
  /**
   * What is owed on negative invoices that are not held and are still to be transferred; absent where nobody read it.
   */
  readonly untransferred?: Money | undefined;
  /** The same of those that are not held and are still to be transferred. */
  readonly untransferredPostedAt?: number | undefined;
};

/** The line that tells how one account left one invocation. Amounts are decimal text in the account's currency. */
export type AccountOutcomeLine = {
  readonly runId: string;
  readonly accountId: AccountId;
  /** `failed` either became a dead letter or, where it may pass, is tried again. */
  readonly outcome: "settled" | "no-op" | "held" | "waiting" | "failed";
  readonly dryRun: boolean;
  readonly currency?: string | undefined;
  readonly transferred?: string | undefined;
  readonly applied?: string | undefined;
  readonly leftAsCredit?: string | undefined;
  readonly holds?: readonly {
    readonly reason: HoldReason;
    readonly invoiceNumber?: string | undefined;
    readonly creditMemoNumber?: string | undefined;
    readonly paymentNumber?: string | undefined;
  }[];
  readonly code?: ErrorCode | undefined;
  readonly errorMessage?: string | undefined;
  /** By which Zuora's support finds the call that failed. */
  readonly zuoraRequestId?: string | undefined;
  /** Why it waits, where that is no error of Zuora's. */
  readonly waitReason?: WaitReason | undefined;
};
