import { type Changeable, keyToChange } from "../rest-change.ts";
import type { Tenant } from "../tenant.ts";
import { changeablePayment } from "../unapplied-payments/payment-requests.ts";
import { json, type TenantRequest, type TenantResponse } from "../wire.ts";
import { changeableMemo } from "./memo-writes.ts";

/** Changes of memos and payments of one account exclude one another: the second is refused, as of a lock. */
export class MemoLocks {
  readonly #accounts = new Set<string>();

  /** Does the work with the account to itself, or refuses. */
  async hold({ store }: Tenant, request: TenantRequest, work: () => Promise<TenantResponse>): Promise<TenantResponse> {
    const ownerIn = <R extends { readonly accountId: string }>(changeable: Changeable<R>) => {
      const key = keyToChange(changeable, request);
      return key === undefined ? undefined : changeable.byKey(store, key)?.accountId;
    };
    const accountId = ownerIn(changeableMemo) ?? ownerIn(changeablePayment);
    if (accountId === undefined) return work();
    if (this.#accounts.has(accountId)) return lockRefusal;
    this.#accounts.add(accountId);
    try {
      return await work();
    } finally {
      this.#accounts.delete(accountId);
    }
  }
}

/** Zuora's category 50. */
export const lockRefusal: TenantResponse = json(409, {
  success: false,
  processId: "8CF944C78E50988F",
  reasons: [{ code: 53840050, message: "Operation failed due to lock competition, please retry later." }],
});
