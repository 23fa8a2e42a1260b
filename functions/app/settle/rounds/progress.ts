import { type AccountId, creditOf, type InvoiceId, isNegative, payersOf } from "../../../domain/account.ts";
import { type Application, payerOf } from "../../../domain/credit/apply-credit-memos.ts";
import { couldApplySince } from "../../../domain/credit/could-apply-since.ts";
import { isApplication, type Step, type StepOf, stepsOf } from "../../../domain/credit/step.ts";
import {
  type SettlementError,
  UnknownAccountError,
  WriteOutcomeUnknownError,
  ZuoraRejectedError,
} from "../../../domain/errors.ts";
import { earliest } from "../../../domain/instant.ts";
import { add, type Money, subtract, sum, zero } from "../../../domain/money.ts";
import { type Charging, seenAgain } from "../../../domain/payment-run.ts";
import { keepsCredit, plan, stepsInAll } from "../../../domain/plan.ts";
import type { Policy } from "../../../domain/policy.ts";
import type { AccountStep, Done } from "../carry-out.ts";
import type { AccountOutcome, Result, WaitReason } from "../outcome.ts";
import { isConfirmed } from "../ports.ts";
import type { Planned } from "../read-and-plan.ts";
import { stillLanding } from "./landing.ts";
import { looksFirst } from "./looks-first.ts";
import { afterLastRound, failureFor, isEverybodys, isOfTheInvoice, Refusals } from "./refusals.ts";
import type { SharedTrouble } from "./shared-trouble.ts";

/** What passes when customers have been charged. */
const waitsForCollection = ["payment-run-collecting", "payment-processing"] as const;

/** One account's way through the rounds of one invocation. */
export class Progress {
  readonly id: AccountId;
  readonly runId: string;
  #planned: Planned | undefined;
  #result: Result | undefined;
  #tries = 0;
  #transferred: Money = zero;
  #applied: Money = zero;
  #credit: Money | undefined;
  #refused: { readonly step: Step; readonly error: SettlementError }[] = [];
  #unsent = false;
  /**
   * An application without an answer may land after the account is read again. Elsewhere its repetition is refused; not
   * beside credit that is kept, which would pay for it.
   */
  #mayBeDoubled = false;
  readonly #transferredIds = new Set<InvoiceId>();
  /** Decreases that Zuora confirmed in this invocation. */
  readonly #paid = new Map<InvoiceId, Money>();
  readonly #appliedIds = new Set<string>();
  #transferredPostedAt: number | undefined;
  readonly #refusals = new Refusals();

  constructor(id: AccountId, runId: string) {
    this.id = id;
    this.runId = runId;
  }

  /** Rounds that did not do all that they meant to, the one under way included. */
  get tries(): number {
    return this.#tries;
  }

  get isFinished(): boolean {
    return this.#result !== undefined;
  }

  /** Invoices that are planned without, since Zuora does not transfer them, or lets nothing pay them. */
  get setAside(): ReadonlySet<InvoiceId> {
    return this.#refusals.setAside;
  }

  /** Invoices to which no credit memo can be applied. */
  get tooManyItems(): ReadonlySet<InvoiceId> {
    return this.#refusals.tooManyItems;
  }

  /** A fresh reading and its plan: the start of a round, or the end where no step is left. */
  take(planned: Planned, dryRun: boolean): void {
    this.#tries += 1;
    this.#planned = planned;
    this.#credit = creditOf(planned.state);
    this.#refused = [];
    this.#unsent = false;
    this.#mayBeDoubled = false;
    if (planned.plan.steps.some((step) => this.#isPaid(step))) {
      // The reading is older than the Decrease, which credit that is kept would pay for once more.
      this.wait(stillLanding());
      return;
    }
    if (dryRun) for (const step of stepsInAll(planned.plan)) this.#move(step);
    if (dryRun || planned.plan.steps.length === 0) this.#finish(dryRun);
  }

  /** A later look at who is being charged: credit for what is no longer free waits. */
  lookAgain(charging: Charging, policy: Policy): void {
    if (this.#planned === undefined) return;
    const state = seenAgain(this.#planned.state, charging);
    if (state !== this.#planned.state) this.#planned = { state, plan: plan(state, policy) };
  }

  steps<K extends Step["kind"]>(...kinds: readonly K[]): readonly AccountStep<StepOf<K>>[] {
    if (kinds.some((kind) => kind === "ApplyCreditBalance") && this.#looksFirst) return [];
    const judgedAt = this.#planned?.state.judgedAt;
    return stepsOf(this.#planned?.plan.steps ?? [], ...kinds).map((step) => ({
      step,
      accountId: this.id,
      runId: this.runId,
      judgedAt,
    }));
  }

  /** Records what became of this account's steps; true where every one of them was confirmed. */
  note(done: readonly Done<Step>[]): boolean {
    const own = done.filter(({ step }) => step.accountId === this.id);
    for (const { step, outcome } of own) {
      if (outcome === "unsent") this.#unsent = true;
      else if ("error" in outcome) this.#refuse(step.step, outcome.error);
      else this.#move(step.step);
    }
    return own.every(({ outcome }) => isConfirmed(outcome));
  }

  /** Decides whether the account is done with, waits, has failed, or is read and planned again. */
  closeRound(whyUnsent: WaitReason | SettlementError): void {
    const errors = this.#refused.map(({ error }) => error);
    const everybodys = errors.find(isEverybodys);
    const inVain = this.#refused.find(
      ({ step, error }) => !isOfTheInvoice(step, error) && this.#refusals.isInVain(step, error),
    );
    if (this.#mayBeDoubled) this.wait(stillLanding());
    else if (inVain?.error instanceof ZuoraRejectedError) this.#result = failureFor(inVain.error);
    else if (everybodys !== undefined) this.wait(everybodys);
    else if (errors.length === 0 && this.#unsent) this.wait(whyUnsent);
    else if (errors.length === 0 && !this.#looksFirst) {
      if (this.#hasLater) this.#tries -= 1;
      else this.#finish(false);
    }
  }

  /** Whatever else was said, nobody looks again before a lost application has landed. */
  wait(reason: SettlementError | WaitReason): void {
    this.#result = { kind: "waiting", reason: this.#mayBeDoubled ? stillLanding() : reason };
  }

  /** Whom Zuora does not show is tried again: a new account may not be on every replica yet. */
  fail(error: SettlementError): void {
    this.#result = { kind: "failed", error, final: !(error instanceof UnknownAccountError) };
  }

  /** After the last round: what is still open is tried again later. */
  giveUp(): void {
    if (this.isFinished) return;
    this.#result = afterLastRound(this.#refused.at(-1)?.error);
  }

  /** Says how this account fared, so that all can be compared; and waits where it is not to blame. */
  tell(trouble: SharedTrouble): void {
    if (this.#hasMoved) trouble.note(this.id);
    else if (this.#result?.kind === "failed") trouble.note(this.id, this.#result.error);
  }

  blameOnlyItself(trouble: SharedTrouble): void {
    if (this.#result?.kind !== "failed") return;
    const refusal = this.#result.error;
    const everybodys = trouble.everybodys(refusal);
    if (everybodys !== undefined) this.#result = { kind: "waiting", reason: everybodys, refusal };
  }

  get outcome(): AccountOutcome {
    if (this.#result === undefined) throw new RangeError(`account ${this.id} has no outcome yet`);
    const currency = this.#planned?.state.currency;
    const untransferred = this.steps("TransferToCreditBalance").filter(
      ({ step }) => !this.#transferredIds.has(step.invoice.id),
    );
    const unapplied = this.steps("ApplyCreditMemo", "ApplyPayment").filter(
      ({ step }) => !this.#appliedIds.has(payerOf(step).id),
    );
    const untransferredPostedAt = earliest([
      ...untransferred.map(({ step }) => this.#postedAt(step.invoice.id)),
      ...unapplied.map(({ step }) => this.#couldApplySince(step)),
      ...[...this.setAside].filter((id) => this.#isNegative(id)).map((id) => this.#postedAt(id)),
    ]);
    return {
      result: this.#hasMoved ? { ...this.#result, hasMoved: true } : this.#result,
      holds: this.#planned?.plan.holds ?? [],
      transferred: this.#transferred,
      applied: this.#applied,
      refused: this.#refusals.error,
      currency,
      leftAsCredit: this.#credit,
      transferredPostedAt: this.#transferredPostedAt,
      untransferred: sum(untransferred.map(({ step }) => step.amount)),
      untransferredPostedAt,
    };
  }

  #finish(dryRun: boolean): void {
    const holds = this.#planned?.plan.holds ?? [];
    const collecting = waitsForCollection.find((each) => holds.some(({ reason }) => reason === each));
    // A dry run says that it would wait, and does not.
    if (collecting !== undefined && !dryRun) this.wait(collecting);
    else if (this.#refusals.error !== undefined) this.#result = failureFor(this.#refusals.error);
    else this.#result = { kind: holds.length > 0 ? "held" : this.#hasMoved ? "settled" : "no-op" };
  }

  get #hasLater(): boolean {
    return this.#planned?.plan.later !== undefined;
  }

  get #looksFirst(): boolean {
    return this.#planned !== undefined && looksFirst(this.#planned);
  }

  get #hasMoved(): boolean {
    return sum([this.#transferred, this.#applied]).gt(0);
  }

  #move(step: Step): void {
    const credit = this.#credit ?? zero;
    if (step.kind === "TransferToCreditBalance") {
      this.#transferred = add(this.#transferred, step.amount);
      this.#credit = add(credit, step.amount);
      this.#transferredIds.add(step.invoice.id);
      this.#transferredPostedAt = earliest([this.#transferredPostedAt, this.#postedAt(step.invoice.id)]);
    } else {
      this.#applied = add(this.#applied, step.amount);
      this.#credit = subtract(credit, step.amount);
    }
    if (step.kind === "ApplyCreditBalance") this.#paid.set(step.invoice.id, step.amount);
    if (isApplication(step)) {
      this.#appliedIds.add(payerOf(step).id);
      this.#transferredPostedAt = earliest([this.#transferredPostedAt, this.#couldApplySince(step)]);
    }
  }

  #isPaid(step: Step): boolean {
    return step.kind === "ApplyCreditBalance" && this.#paid.get(step.invoice.id)?.eq(step.amount) === true;
  }

  #isNegative(invoiceId: InvoiceId): boolean {
    return this.#planned?.state.invoices.some((each) => each.id === invoiceId && isNegative(each)) ?? false;
  }

  #postedAt(invoiceId: InvoiceId): number | undefined {
    return this.#planned?.state.invoices.find(({ id }) => id === invoiceId)?.postedAt;
  }

  #couldApplySince(step: Application): number | undefined {
    const state = this.#planned?.state;
    return (
      state &&
      couldApplySince(
        payersOf(state).find(({ id }) => id === payerOf(step).id),
        state.invoices.find(({ id }) => id === step.invoice.id),
      )
    );
  }

  #refuse(step: Step, error: SettlementError): void {
    this.#refused.push({ step, error });
    const isKept = this.#planned !== undefined && keepsCredit(this.#planned.plan, this.#planned.state);
    if (step.kind === "ApplyCreditBalance" && isKept && error instanceof WriteOutcomeUnknownError) {
      this.#mayBeDoubled = true;
    }
    // Credit that a transfer of this very round should have brought is no reading of the account.
    const isReading = step.kind === "TransferToCreditBalance" || this.steps("TransferToCreditBalance").length === 0;
    this.#refusals.note(step, error, isReading);
  }
}
