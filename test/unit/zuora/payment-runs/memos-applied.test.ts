import { describe, expect, it } from "vitest";
import { hasCreditMemos, type Mode, modes } from "../../../../functions/domain/credit/mode.ts";
import { createPaymentRunWatch } from "../../../../functions/zuora/payment-runs/watch.ts";
import { personId } from "../../../zuora-simulator/adjust.ts";
import { apiUserId } from "../../../zuora-simulator/authentication.ts";
import { addAccount } from "../../../zuora-simulator/build.ts";
import { applyMemo } from "../../../zuora-simulator/credit-memos/apply-memo.ts";
import { addCreditMemo } from "../../../zuora-simulator/credit-memos/build-memo.ts";
import { Store } from "../../../zuora-simulator/store.ts";
import { Tenant } from "../../../zuora-simulator/tenant.ts";
import { kindFor } from "../../../zuora-simulator/tenant-kind.ts";
import { ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, invocation } from "../fixtures.ts";

const since = Date.parse("2026-03-16T11:45:00Z");
const at = since + 60_000;

describe("what was applied of credit memos is told", () => {
  /** Our user and a person have each applied a memo that was posted when the window began. */
  const applied = async (mode: Mode) => {
    const store = new Store();
    const account = addAccount(store, { invoices: [{ amount: "30.00" }] }, since);
    const [invoice] = store.invoices.where("AccountId", account.Id);
    const client = { clientId: "id-of-client", clientSecret: "canary-secret" };
    const tenant = new Tenant({ client, kind: kindFor(mode), store });
    if (invoice === undefined) throw new Error("an account with an open invoice");
    for (const user of [apiUserId, personId]) {
      const memo = addCreditMemo(store, account, { amount: "10.00" }, since);
      applyMemo(
        store,
        memo,
        { entries: [{ invoiceId: invoice.Id, amount: memo.amount }] },
        tenant.memoRulesAt(at, user),
      );
    }
    const asked: string[] = [];
    const transport = async (request: Parameters<ScriptedZuora["transport"]>[0]) => {
      asked.push(request.path);
      return tenant.handle({ ...request, body: request.body ?? "" }, at);
    };
    const watch = createPaymentRunWatch(connected(new ScriptedZuora(), { transport }), invocation(), {
      timeZone: "UTC",
      mode,
    });
    return { account, asked, told: await watch.memosAppliedSince(since) };
  };

  it.each(modes.filter(hasCreditMemos))("as far as our own user did it, in %s", async (mode) => {
    const { account, told } = await applied(mode);
    expect(told).toEqual([{ accountId: account.Id, at, postedAt: since }]);
  });

  it("without a call where there are none", async () => {
    expect(await applied("credit-balance")).toMatchObject({ asked: [], told: [] });
  });
});
