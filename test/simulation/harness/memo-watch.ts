import type { HttpRequest, HttpResponse } from "../../../functions/zuora/http/transport.ts";
import type { CreditMemoRecord, CustomerPaymentRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";

/** What was sent for an account since it was last read. */
type SinceRead = {
  /** An application may have happened or not. */
  isUnknown: boolean;
  readonly byMemo: Set<string>;
  readonly byBalance: Set<string>;
};

/**
 * Watches the applications of credit memos and payments that one execution environment sends. After an answer that was
 * lost nothing more of the account's is sent before it was read; a memo or payment to which a person had said no before
 * the invocation began, by excluding it or by taking it back, is not touched; and no invoice is paid by both kinds of
 * credit in one round.
 */
export class MemoWatch {
  readonly #store: Store;
  readonly #violations: string[];
  readonly #wasCanceled: (id: string) => boolean;
  readonly #sinceRead = new Map<string, SinceRead>();
  readonly #readings = new Map<string, number>();
  readonly #paying = new Set<string>();

  constructor(store: Store, violations: string[], wasCanceled: (id: string) => boolean) {
    this.#store = store;
    this.#violations = violations;
    this.#wasCanceled = wasCanceled;
  }

  /** An application leaves. */
  asks(request: HttpRequest): void {
    const memo = this.#memoOf(request);
    if (memo === undefined) return;
    const { number, accountId } = memo;
    this.#paying.add(accountId);
    const since = this.#since(accountId);
    if (since.isUnknown) this.#violations.push(`an application of ${number} was sent blindly after one that was lost`);
    if (this.#wasCanceled(memo.id)) this.#violations.push(`applied ${number}, to which a person had said no`);
    for (const invoiceId of invoicesIn(request)) {
      since.byMemo.add(invoiceId);
      if (since.byBalance.has(invoiceId)) this.#violations.push(`two kinds of credit pay ${invoiceId} in one round`);
    }
  }

  /** An adjustment of the account leaves; of a Decrease with its invoice. */
  adjusts(accountId: string, invoiceId: string | undefined): void {
    if (invoiceId === undefined) return;
    const since = this.#since(accountId);
    since.byBalance.add(invoiceId);
    if (since.byMemo.has(invoiceId)) this.#violations.push(`two kinds of credit pay ${invoiceId} in one round`);
  }

  reads({ path, body = "" }: HttpRequest): void {
    for (const accountId of [...this.#sinceRead.keys()])
      if (path.includes(accountId) || body.includes(accountId)) this.#sinceRead.delete(accountId);
    if (!body.includes(" from Account ")) return;
    for (const [id] of body.matchAll(/8aa[0-9a-f]{29}/g)) this.#readings.set(id, this.readingsOf(id) + 1);
  }

  /** Whether memos of an account were applied in this invocation, and used up its rounds. */
  hasUsedUp(accountId: string, rounds: number): boolean {
    return this.#paying.has(accountId) && this.readingsOf(accountId) >= rounds;
  }

  /** How often an account was read in this invocation: once for each round. */
  readingsOf(accountId: string): number {
    return this.#readings.get(accountId) ?? 0;
  }

  /** @returns the account, where the application may have happened */
  receives(request: HttpRequest, response: HttpResponse | undefined): string | undefined {
    const memo = this.#memoOf(request);
    const isLost = response === undefined || response.status === 504 || response.status === 500;
    if (memo === undefined || !isLost) return undefined;
    this.#since(memo.accountId).isUnknown = true;
    return memo.accountId;
  }

  forget(): void {
    this.#sinceRead.clear();
    this.#readings.clear();
    this.#paying.clear();
  }

  #since(accountId: string): SinceRead {
    const known = this.#sinceRead.get(accountId) ?? { isUnknown: false, byMemo: new Set(), byBalance: new Set() };
    this.#sinceRead.set(accountId, known);
    return known;
  }

  #memoOf({ path }: HttpRequest): CreditMemoRecord | CustomerPaymentRecord | undefined {
    const [, memo = ""] = /^\/v1\/credit-?memos\/([^/?]+)/.exec(path) ?? [];
    const [, payment = ""] = /^\/v1\/payments\/([^/?]+)/.exec(path) ?? [];
    const { creditMemos, customerPayments } = this.#store;
    return creditMemos.one("id", memo) ?? creditMemos.one("number", memo) ?? customerPayments.one("id", payment);
  }
}

const invoicesIn = ({ body = "{}" }: HttpRequest): readonly string[] =>
  ((JSON.parse(body) as { invoices?: readonly { invoiceId: string }[] }).invoices ?? []).map((each) => each.invoiceId);
