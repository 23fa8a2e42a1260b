import type { HttpRequest, HttpResponse } from "../../../functions/zuora/http/transport.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import { MemoWatch } from "./memo-watch.ts";
import { isMemoWrite } from "./zuora-front.ts";

type Row = { readonly Type?: string; readonly SourceTransactionId?: string; readonly Amount?: number };

type Result = { readonly Success?: unknown; readonly Errors?: readonly { readonly Code?: string }[] };

/** A Decrease that left. Instants are epoch milliseconds. */
export type DecreaseSent = {
  readonly invoiceId: string;
  readonly at: number;
  /** When the invocation began that read for it: nothing that it knows of the account's credit is older. */
  readonly readSince: number;
};

/** So many rounds of an account, and the invocation leaves it to another one. */
const roundsMax = 3;

/** Answers in a row after which an environment rightly stays away. */
const busyInARowMax = 3;

/**
 * Watches what one execution environment says to Zuora, against rules that no end state shows. An account's Decreases
 * never follow an Increase that was not confirmed, unless the account was read in between. A write that may have
 * happened is followed, in the same invocation, by a read of its accounts. And an Increase that Zuora refused for its
 * amount is not sent again as it was, and what a person had canceled before the invocation began is not done again,
 * unless the reading in between was a stale one.
 */
export class WireWatch {
  readonly violations: string[] = [];
  readonly #store: Store;
  readonly #unconfirmed = new Set<string>();
  readonly #unknown = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #writes = new Map<string, number>();
  readonly #wasStale: () => boolean;
  readonly #canceledAt: ReadonlyMap<string, number>;
  readonly #decreasesSent: DecreaseSent[];
  readonly #now: () => number;
  readonly #memos: MemoWatch;
  #beganAt = 0;
  #troubleInARow = 0;
  #worstInARow = 0;

  /**
   * @param wasStale whether an older state was shown lately
   * @param canceledAt when a person's cancellation could be seen, by the id of its invoice, or of a memo that was taken
   * back or excluded
   * @param decreasesSent takes in every Decrease that leaves
   * @param now epoch milliseconds
   */
  constructor(
    store: Store,
    wasStale: () => boolean,
    canceledAt: ReadonlyMap<string, number>,
    decreasesSent: DecreaseSent[],
    now: () => number,
  ) {
    this.#canceledAt = canceledAt;
    this.#decreasesSent = decreasesSent;
    this.#now = now;
    this.#store = store;
    this.#wasStale = wasStale;
    this.#memos = new MemoWatch(store, this.violations, (id) => this.#wasCanceled(id));
  }

  sends(request: HttpRequest): void {
    if (isMemoWrite(request)) this.#memos.asks(request);
    else if (request.path.startsWith("/v1/action/create")) this.#asks(request);
    // A look at payments names accounts and reads none.
    else if (!request.body?.includes("from Payment ")) this.#reads(request);
  }

  #asks(request: HttpRequest): void {
    for (const { Type, accountId, name, invoiceId } of this.#rowsOf(request)) {
      this.#memos.adjusts(accountId, Type === "Decrease" ? invoiceId : undefined);
      if (Type === "Decrease") this.#decreasesSent.push({ invoiceId, at: this.#now(), readSince: this.#beganAt });
      if (this.#wasCanceled(invoiceId)) this.violations.push(`asked for ${name}, which a person had canceled`);
      if (this.#refused.has(name) && !this.#wasStale())
        this.violations.push(`asked again for ${name}, which was refused`);
      if (Type === "Decrease" && this.#unconfirmed.has(accountId)) {
        this.violations.push(`a Decrease of ${accountId} followed an Increase that was not confirmed`);
      }
    }
  }

  #reads(request: HttpRequest): void {
    for (const accounts of [this.#unconfirmed, this.#unknown]) {
      for (const accountId of accounts) if (request.body?.includes(accountId)) accounts.delete(accountId);
    }
    this.#memos.reads(request);
  }

  /**
   * @param response nothing where no answer came
   * @param hasLeft false where the request reached nobody
   */
  receives(request: HttpRequest, response: HttpResponse | undefined, hasLeft = true): void {
    this.#troubleInARow = isFine(response) ? 0 : this.#troubleInARow + 1;
    // What was under way when the environment began to stay away may still be answered well.
    this.#worstInARow = Math.max(this.#worstInARow, this.#troubleInARow);
    if (isMemoWrite(request) && hasLeft) this.#receivesOfMemo(request, response);
    if (!request.path.startsWith("/v1/action/create")) return;
    const results = resultsOf(response);
    const isUnknown = response?.status === 504 || response?.status === 500;
    const rows = this.#rowsOf(request).map((row, index) => ({
      ...row,
      isConfirmed: results?.[index]?.Success === true,
      isRefused: results?.[index]?.Errors?.[0]?.Code === "INVALID_VALUE",
    }));
    for (const accountId of new Set(rows.map((row) => row.accountId))) {
      this.#writes.set(accountId, (this.#writes.get(accountId) ?? 0) + 1);
    }
    for (const { accountId } of rows) {
      const own = rows.filter((row) => row.Type === "Increase" && row.accountId === accountId);
      // The same request sent again may confirm what its first sending left open.
      if (own.length > 0 && own.every(({ isConfirmed }) => isConfirmed)) this.#unconfirmed.delete(accountId);
      if (own.some(({ isConfirmed }) => !isConfirmed)) this.#unconfirmed.add(accountId);
      if (isUnknown && !this.#memos.hasUsedUp(accountId, roundsMax)) this.#unknown.add(accountId);
    }
    for (const { Type, name, isRefused } of rows) if (isRefused && Type === "Increase") this.#refused.add(name);
  }

  #receivesOfMemo(request: HttpRequest, response: HttpResponse | undefined): void {
    const accountId = this.#memos.receives(request, response);
    // Whoever was read for the last time in this invocation is left to the next one.
    if (accountId !== undefined && !this.#memos.hasUsedUp(accountId, roundsMax)) this.#unknown.add(accountId);
  }

  /** @param at epoch milliseconds */
  invocationBegins(at: number): void {
    this.#beganAt = at;
  }

  /**
   * @param hadTime whether the invocation could still have made a call
   * @param waitsForLanding accounts that are rightly not read before a lost write has landed
   */
  invocationEnds(hadTime: boolean, waitsForLanding: (accountId: string) => boolean): void {
    if (hadTime && this.#worstInARow < busyInARowMax) {
      for (const accountId of this.#unknown) {
        if ((this.#writes.get(accountId) ?? 0) >= roundsMax || waitsForLanding(accountId)) continue;
        this.violations.push(`nobody read ${accountId} after a write that may have happened`);
      }
    }
    this.#worstInARow = this.#troubleInARow;
    this.#unknown.clear();
    this.#unconfirmed.clear();
    this.#refused.clear();
    this.#writes.clear();
    this.#memos.forget();
  }

  #wasCanceled(invoiceId: string): boolean {
    const canceledAt = this.#canceledAt.get(invoiceId) ?? Number.POSITIVE_INFINITY;
    return canceledAt < this.#beganAt && !this.#wasStale();
  }

  #rowsOf({ body }: HttpRequest) {
    const { objects } = JSON.parse(body ?? "{}") as { objects?: readonly Row[] };
    return (objects ?? []).map(({ Type = "", SourceTransactionId = "", Amount }) => ({
      Type,
      invoiceId: SourceTransactionId,
      name: `${Type} ${Amount} ${SourceTransactionId}`,
      accountId: this.#store.invoices.one("Id", SourceTransactionId)?.AccountId ?? "",
    }));
  }
}

/** A page, a token or the results of a create; everything else is a refusal, whatever its status. */
const isFine = (response: HttpResponse | undefined): boolean =>
  response?.status === 200 && /^\[|"done":|"access_token":|"paymentRuns":|"data":|"success":true/.test(response.body);

const resultsOf = (response: HttpResponse | undefined): readonly Result[] | undefined =>
  response?.status === 200 && response.body.startsWith("[") ? (JSON.parse(response.body) as Result[]) : undefined;
