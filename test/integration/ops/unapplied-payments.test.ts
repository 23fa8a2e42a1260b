import { writeFile } from "node:fs/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { environmentNames } from "../../../functions/app/config/environment-names.ts";
import type { Mode } from "../../../functions/domain/credit/mode.ts";
import type { PolicySettings } from "../../../functions/domain/policy.ts";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { addCreditMemo } from "../../zuora-simulator/credit-memos/build-memo.ts";
import { addCustomerPayment, type PaymentSpec } from "../../zuora-simulator/unapplied-payments/build-payment.ts";
import { unapplyPaymentByHand } from "../../zuora-simulator/unapplied-payments/payment-hands.ts";
import { useLocalOps } from "./local-ops.ts";
import { workOff } from "./work-off.ts";

const { ops, run, tenant, inMode, system, accountsIn } = useLocalOps();

const under = async (mode: Mode, unappliedPayments: PolicySettings["unappliedPayments"]) => {
  await inMode(mode);
  const { environment, file } = system();
  const policy = { ...JSON.parse(environment[environmentNames.policy] ?? "{}"), unappliedPayments };
  const settings = { [environmentNames.mode]: mode, [environmentNames.policy]: JSON.stringify(policy) };
  await writeFile(file, JSON.stringify({ ...environment, ...settings }));
};

/** An account with a payment of 50.00, no memo, and an open invoice of 30.00. */
const overpaid = (spec: Partial<PaymentSpec> = {}) => {
  const now = Date.now() - 60_000;
  const account = addAccount(tenant().store, {}, now);
  const payment = addCustomerPayment(tenant().store, account, { amount: "50.00", ...spec }, now);
  return { account, payment, invoice: addInvoice(tenant().store, account, { amount: "30.00" }, now) };
};

const settle = async () => {
  const { status, data } = await ops("scan", "--full");
  expect(status).toBe(0);
  await workOff(system().file);
  return data.runId as string;
};

describe.each<Mode>(["credit-memos", "both"])("unapplied payments in mode %s", (mode) => {
  describe("where the policy applies them", () => {
    beforeEach(() => under(mode, "apply"));

    it("are found by a scan although the account has no memo, told, applied, and told again", async () => {
      const { account, payment, invoice } = overpaid();
      const plan = await run(["plan", account.Id], { json: false });
      expect(plan.out).toMatch(new RegExp(`apply payment ${payment.number} +${invoice.InvoiceNumber} +30\\.00`));
      expect((await run(["explain", account.Id], { json: false })).out).toMatch(
        new RegExp(`Payment ${payment.number}, 50\\.00 of 50\\.00 GBP unapplied\\s+30\\.00 of it is to be applied`),
      );
      expect((await ops("scan", "--dry-run")).data).toMatchObject({ accounts: 1 });

      await settle();
      expect([payment.unappliedAmount, invoice.Balance].map(String)).toEqual(["20", "0"]);
      await settle();
      expect(payment.unappliedAmount.toFixed()).toBe("20");
      const { data } = await ops("history", account.Id);
      expect(data.payments).toMatchObject([
        { paymentNumber: payment.number, invoiceNumber: invoice.InvoiceNumber, amount: "30.00", madeBy: "ours" },
      ]);
    });

    it("are counted by status among nothing that customers are owed, also where the account cannot be read", async () => {
      Object.assign(overpaid().account, { AccountNumber: "" });
      expect((await ops("status")).data.negative).toMatchObject({ invoices: 0, unread: 0 });
    });

    it("pay what memos leave", async () => {
      const { account, payment, invoice } = overpaid();
      const memo = addCreditMemo(tenant().store, account, { amount: "12.00" });
      await settle();
      expect([memo.unappliedAmount, payment.unappliedAmount, invoice.Balance].map(String)).toEqual(["0", "32", "0"]);
    });

    it("are taken back by undo, and then are a person's", async () => {
      const { account, payment, invoice } = overpaid();
      const runId = await settle();
      await ops("stop");
      const undone = await ops("undo", runId, "--yes");
      expect(undone.data.creditMemos).toMatchObject([{ paymentNumber: payment.number, result: "unapplied" }]);
      expect([payment.unappliedAmount, invoice.Balance].map(String)).toEqual(["50", "30"]);
      const { data } = await ops("explain", account.Id);
      expect(data.payments).toMatchObject([{ paymentNumber: payment.number, reason: "cancelled-by-person" }]);
      expect(data.invoices[0].past).toEqual([
        expect.stringContaining(`30.00 of ${payment.number} applied by this system`),
        expect.stringContaining(`30.00 taken back onto ${payment.number} by this system`),
      ]);
    });

    it("that somebody took back are left, and told as theirs", async () => {
      const { account, payment } = overpaid();
      await settle();
      unapplyPaymentByHand(tenant(), payment, Date.now());
      await settle();
      expect(payment.unappliedAmount.toFixed()).toBe("50");
      expect((await ops("plan", account.Id)).data.holds).toMatchObject([
        { reason: "cancelled-by-person", invoiceNumber: expect.any(String) },
        { reason: "cancelled-by-person", paymentNumber: payment.number },
      ]);
    });

    it("that are reserved, or are no money yet, are nothing", async () => {
      const spared = [
        overpaid({ prepayment: true }),
        overpaid({ isStandalone: true }),
        overpaid({ status: "Processing" }),
      ];
      expect((await ops("scan", "--dry-run")).data).toMatchObject({ accounts: 0 });
      for (const { account } of spared) expect((await ops("plan", account.Id)).data.steps).toEqual([]);
    });
  });

  it.each([undefined, "leave"] as const)("stay where the policy says %s, and are not even asked for", async (rule) => {
    await under(mode, rule);
    const { account, payment } = overpaid();
    expect((await ops("scan", "--full")).status).toBe(0);
    expect(accountsIn("work")).toEqual([]);
    expect((await ops("plan", account.Id)).data).toMatchObject({ steps: [], holds: [] });
    expect(payment.unappliedAmount.toFixed()).toBe("50");
    expect(system().zuora.received.filter(({ path }) => path.startsWith("/object-query/payments"))).toEqual([]);
  });
});
