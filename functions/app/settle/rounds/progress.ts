import type { AccountId, InvoiceId } from "../../../domain/account.ts";
import { type Step, type StepOf, stepsOf } from "../../../domain/credit/step.ts";
import {
  isLackOfTime,
  type SettlementError,
  WriteOutcomeUnknownError,
  ZuoraRejectedError,
} from "../../../domain/errors.ts";
import { type Charging, seenAgain } from "../../../domain/payment-run.ts";
import { keepsCredit, plan, stepsInAll } from "../../../domain/plan.ts";
import type { Policy } from "../../../domain/policy.ts";
import type { AccountStep, Done } from "../carry-out.ts";
import { type AccountOutcome, type Result, unreadable, type WaitReason } from "../outcome.ts";
import { isConfirmed } from "../ports.ts";
import type { Planned } from "../read-and-plan.ts";
import { stillLanding } from "./landing.ts";
import { looksFirst } from "./looks-first.ts";
import { Moved } from "./moved.ts";
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
  #refused: { readonly step: Step; readonly error: SettlementError }[] = [];
  #unsent = false;
  /**
   * An application without an answer may land after the account is read again. Elsewhere its repetition is refused; not
   * beside credit that is kept, which would pay for it.
   */
  #mayBeDoubled = false;
  readonly #moved = new Moved();
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
    this.#moved.readAgain(planned.state);
    this.#refused = [];
    this.#unsent = false;
    this.#mayBeDoubled = false;
    if (planned.plan.steps.some((step) => this.#moved.hasPaid(step))) {
      // The reading is older than the Decrease, which credit that is kept would pay for once more.
      this.wait(stillLanding());
      return;
    }
    if (dryRun) for (const step of stepsInAll(planned.plan)) this.#moved.add(step, planned.state);
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
      else if (this.#planned !== undefined) this.#moved.add(step.step, this.#planned.state);
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

  /** It cannot be read. Whom an earlier round of this invocation has read is not too large: it waits for time alone. */
  waitUnread(error: SettlementError): void {
    this.wait(this.#planned !== undefined && isLackOfTime(error) ? "out-of-time" : error);
  }

  fail(error: SettlementError): void {
    this.#result = unreadable(error);
  }

  /** After the last round: what is still open is tried again later. */
  giveUp(): void {
    if (this.isFinished) return;
    this.#result = afterLastRound(this.#refused.at(-1)?.error);
  }

  /** Says how this account fared, so that all can be compared; and waits where it is not to blame. */
  tell(trouble: SharedTrouble): void {
    if (this.#moved.isAny) trouble.note(this.id);
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
    return {
      result: {
        ...this.#result,
        ...(this.#moved.isAny ? { hasMoved: true } : {}),
        changedAt: this.#planned?.state.changedAt,
      },
      holds: this.#planned?.plan.holds ?? [],
      refused: this.#refusals.error,
      currency: this.#planned?.state.currency,
      ...this.#moved.told,
      ...(this.#planned && this.#moved.toldMissing(this.#planned, this.setAside)),
    };
  }

  #finish(dryRun: boolean): void {
    const holds = this.#planned?.plan.holds ?? [];
    const collecting = waitsForCollection.find((each) => holds.some(({ reason }) => reason === each));
    // A dry run says that it would wait, and does not.
    if (collecting !== undefined && !dryRun) this.wait(collecting);
    else if (this.#refusals.error !== undefined) this.#result = failureFor(this.#refusals.error);
    else this.#result = { kind: holds.length > 0 ? "held" : this.#moved.isAny ? "settled" : "no-op" };
  }

  get #hasLater(): boolean {
    return this.#planned?.plan.later !== undefined;
  }

  get #looksFirst(): boolean {
    return this.#planned !== undefined && looksFirst(this.#planned);
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
