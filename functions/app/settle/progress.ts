import type { AccountId, InvoiceId } from "../../domain/account.ts";
import {
  isLocked,
  NotConvergedError,
  type SettlementError,
  WriteOutcomeUnknownError,
  ZuoraRejectedError,
} from "../../domain/errors.ts";
import { add, type Money, subtract, sum, zero } from "../../domain/money.ts";
import { keepsCredit, type Step } from "../../domain/plan.ts";
import type { AccountStep, Done } from "./carry-out.ts";
import type { AccountOutcome, Result, WaitReason } from "./outcome.ts";
import type { Planned } from "./read-and-plan.ts";

/** The same refusal of the same step over an unchanged reading will not change by asking a third time. */
const sameRefusalsMax = 2;

/** What passes when customers have been charged. */
const waitsForCollection = ["payment-run-collecting", "payment-processing"] as const;

/** After this Zuora has given up whatever was sent, so that nothing of it lands any more. */
const landingMaxMs = 120_000;

/** One account's way through the rounds of one invocation. */
export class Progress {
  readonly id: AccountId;
  readonly runId: string;
  #planned: Planned | undefined;
  #result: Result | undefined;
  #transferred: Money = zero;
  #applied: Money = zero;
  #credit: Money | undefined;
  #errors: SettlementError[] = [];
  #unsent = false;
  /**
   * An application without an answer may land after the account is read again. Elsewhere its repetition is refused; not
   * beside credit that is kept, which would pay for it.
   */
  #mayBeDoubled = false;
  readonly #transferredIds = new Set<InvoiceId>();
  #transferredPostedAt: number | undefined;
  readonly #refusals = new Map<string, number>();

  constructor(id: AccountId, runId: string) {
    this.id = id;
    this.runId = runId;
  }

  get isFinished(): boolean {
    return this.#result !== undefined;
  }

  /** A fresh reading and its plan: the start of a round, or the end where no step is left. */
  take(planned: Planned, dryRun: boolean): void {
    this.#planned = planned;
    this.#credit = planned.state.creditBalance;
    this.#errors = [];
    this.#unsent = false;
    this.#mayBeDoubled = false;
    if (dryRun) for (const step of planned.plan.steps) this.#move(step);
    if (dryRun || planned.plan.steps.length === 0) this.#finish(dryRun);
  }

  steps(kind: Step["kind"]): readonly AccountStep[] {
    const own = this.#planned?.plan.steps.filter((step) => step.kind === kind) ?? [];
    const judgedAt = this.#planned?.state.judgedAt;
    return own.map((step) => ({ step, accountId: this.id, runId: this.runId, judgedAt }));
  }

  /** Records what became of this account's steps; true where every one of them was confirmed. */
  note(done: readonly Done[]): boolean {
    const own = done.filter(({ step }) => step.accountId === this.id);
    for (const { step, outcome } of own) {
      if (outcome === "unsent") this.#unsent = true;
      else if ("error" in outcome) this.#refuse(step.step, outcome.error);
      else this.#move(step.step);
    }
    return own.every(({ outcome }) => outcome !== "unsent" && "adjustmentId" in outcome);
  }

  /** Decides whether the account is done with, waits, has failed, or is read and planned again. */
  closeRound(whyUnsent: WaitReason | SettlementError): void {
    const final = this.#errors.find((error) => this.#isFinal(error));
    const everybodys = this.#errors.find(isEverybodys);
    if (final !== undefined) this.fail(final);
    else if (everybodys !== undefined) this.wait(everybodys);
    else if (this.#mayBeDoubled) this.wait(stillLanding());
    else if (this.#errors.length === 0 && this.#unsent) this.wait(whyUnsent);
    else if (this.#errors.length === 0) this.#finish(false);
  }

  wait(reason: SettlementError | WaitReason): void {
    this.#result = { kind: "waiting", reason };
  }

  fail(error: SettlementError): void {
    this.#result = { kind: "failed", error, final: true };
  }

  /** After the last round: what is still open is tried again later. */
  giveUp(): void {
    if (this.isFinished) return;
    const error = this.#errors.at(-1) ?? new NotConvergedError("steps are left after the last round");
    if (isLocked(error) || error instanceof WriteOutcomeUnknownError) this.wait(error);
    else {
      const notConverged = new NotConvergedError(`steps are left after the last round: ${error.message}`, {
        cause: error,
      });
      const ownTrouble = error instanceof ZuoraRejectedError && error.again === "later" ? error : notConverged;
      this.#result = { kind: "failed", error: ownTrouble, final: false };
    }
  }

  get outcome(): AccountOutcome {
    if (this.#result === undefined) throw new RangeError(`account ${this.id} has no outcome yet`);
    const currency = this.#planned?.state.currency;
    const untransferred = this.steps("TransferToCreditBalance").filter(
      ({ step }) => !this.#transferredIds.has(step.invoice.id),
    );
    const untransferredPostedAt = earliest(...untransferred.map(({ step }) => this.#postedAt(step)));
    return {
      result: this.#result,
      holds: this.#planned?.plan.holds ?? [],
      transferred: this.#transferred,
      applied: this.#applied,
      ...(currency === undefined ? {} : { currency }),
      ...(this.#credit === undefined ? {} : { leftAsCredit: this.#credit }),
      ...(this.#transferredPostedAt === undefined ? {} : { transferredPostedAt: this.#transferredPostedAt }),
      ...(untransferredPostedAt === undefined ? {} : { untransferredPostedAt }),
    };
  }

  #finish(dryRun: boolean): void {
    const holds = this.#planned?.plan.holds ?? [];
    const moved = sum([this.#transferred, this.#applied]).gt(0);
    const collecting = waitsForCollection.find((each) => holds.some(({ reason }) => reason === each));
    // A dry run says that it would wait, and does not.
    if (collecting !== undefined && !dryRun) this.wait(collecting);
    else this.#result = { kind: holds.length > 0 ? "held" : moved ? "settled" : "no-op" };
  }

  #move(step: Step): void {
    const credit = this.#credit ?? zero;
    if (step.kind === "TransferToCreditBalance") {
      this.#transferred = add(this.#transferred, step.amount);
      this.#credit = add(credit, step.amount);
      this.#transferredIds.add(step.invoice.id);
      this.#transferredPostedAt = earliest(this.#transferredPostedAt, this.#postedAt(step));
    } else {
      this.#applied = add(this.#applied, step.amount);
      this.#credit = subtract(credit, step.amount);
    }
  }

  #postedAt({ invoice }: Step): number | undefined {
    return this.#planned?.state.invoices.find(({ id }) => id === invoice.id)?.postedAt;
  }

  #refuse(step: Step, error: SettlementError): void {
    this.#errors.push(error);
    const isKept = this.#planned !== undefined && keepsCredit(this.#planned.plan);
    if (step.kind === "ApplyCreditBalance" && isKept && error instanceof WriteOutcomeUnknownError) {
      this.#mayBeDoubled = true;
    }
    // Credit that a transfer of this very round should have brought is no reading of the account.
    if (step.kind === "ApplyCreditBalance" && this.steps("TransferToCreditBalance").length > 0) return;
    const key = refusalKey(step, error);
    this.#refusals.set(key, (this.#refusals.get(key) ?? 0) + 1);
  }

  #isFinal(error: SettlementError): boolean {
    if (!(error instanceof ZuoraRejectedError)) return false;
    if (error.again !== "unless-unchanged") return error.again === "never";
    const steps = this.#planned?.plan.steps ?? [];
    return steps.some((step) => (this.#refusals.get(refusalKey(step, error)) ?? 0) >= sameRefusalsMax);
  }
}

const stillLanding = (): SettlementError =>
  new WriteOutcomeUnknownError("a write without an answer may still land, beside credit that is to be left", {
    retryAfterMs: landingMaxMs,
  });

const earliest = (...instants: readonly (number | undefined)[]): number | undefined =>
  instants.reduce(
    (first, each) => (each === undefined || (first !== undefined && first <= each) ? first : each),
    undefined,
  );

/** A step of another amount is another reading of the account. */
const refusalKey = (step: Step, error: SettlementError): string =>
  [step.kind, step.invoice.id, step.amount.toFixed(), error.code, error.zuoraCode].join(" ");

/** A throttle, an outage or a refusal of our user: the next round would meet it again. A lock may be gone by then. */
const isEverybodys = (error: SettlementError): boolean =>
  !(error instanceof ZuoraRejectedError || error instanceof WriteOutcomeUnknownError || isLocked(error));
