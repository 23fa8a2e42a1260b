import { writeFile } from "node:fs/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { environmentNames } from "../../../functions/app/config/environment-names.ts";
import type { Mode } from "../../../functions/domain/credit/mode.ts";
import { personId } from "../../zuora-simulator/adjust.ts";
import { addAccount, addInvoice, addPaymentRun } from "../../zuora-simulator/build.ts";
import { addCreditMemo, type MemoSpec } from "../../zuora-simulator/credit-memos/build-memo.ts";
import { applyMemoByHand, unapplyByHand } from "../../zuora-simulator/credit-memos/memo-hands.ts";
import { startPaymentRun } from "../../zuora-simulator/payment-runs.ts";
import type { CreditMemoRecord } from "../../zuora-simulator/records.ts";
import { ask, useConsole } from "./console-system.ts";
import { useLocalOps } from "./local-ops.ts";
import { workOff } from "./work-off.ts";

const { ops, run, tenant, inMode, system, setAside, accountsIn } = useLocalOps();
const openConsole = useConsole(() => system().file);

/** An account with a memo of 10.00 and an open invoice of 30.00. */
const owed = (spec: Partial<MemoSpec> = {}) => {
  const now = Date.now() - 60_000;
  const account = addAccount(tenant().store, {}, now);
  const memo = addCreditMemo(tenant().store, account, { amount: "10.00", ...spec }, now);
  return { account, memo, invoice: addInvoice(tenant().store, account, { amount: "30.00" }, now) };
};

const settle = async () => {
  expect((await ops("scan", "--full")).status).toBe(0);
  await workOff(system().file);
};

/** Settles a memo, has a person unapply it, and looks again. */
const unappliedByPerson = async (memo: CreditMemoRecord) => {
  await settle();
  expect(unapplyByHand(tenant(), memo, Date.now())).toBe(true);
  await settle();
  expect(memo.unappliedAmount.toFixed()).toBe("10");
};

const page = async (url: string): Promise<string> => {
  const { status, text } = await ask(url);
  expect({ url, status }).toEqual({ url, status: 200 });
  return text.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
};

describe("with credit memos", () => {
  beforeEach(() => inMode("credit-memos"));

  it.each<Mode>(["credit-memos", "both"])(
    "status, explain, history and the page tell of a memo before it is applied and afterwards, in mode %s",
    async (mode) => {
      await inMode(mode);
      const { account, memo, invoice } = owed();
      const before = await ops("status");
      expect(before.data.negative).toMatchObject({ invoices: 1, waiting: 1 });
      expect((await run(["explain", account.Id], { json: false })).out).toContain("10.00 of it is to be applied");
      const { url } = await openConsole();
      expect(await page(url)).toContain("Owed now 1 = 0 held + 0 dead-lettered + 1 waiting");
      expect(await page(`${url}accounts`)).toContain(memo.number);
      expect(await page(`${url}account?q=${account.Id}`)).toContain(`${memo.number}: 10.00 of 10.00 GBP unapplied`);

      await settle();
      expect(memo.unappliedAmount.toFixed()).toBe("0");
      expect((await ops("status")).data.negative.invoices).toBe(0);
      const { data } = await ops("explain", account.Id);
      expect(data.invoices[0].past).toEqual([
        expect.stringContaining(`10.00 of ${memo.number} applied by this system`),
      ]);
      const history = await ops("history", account.AccountNumber);
      expect(history.data.creditMemos).toMatchObject([
        { creditMemoNumber: memo.number, invoiceNumber: invoice.InvoiceNumber, amount: "10.00", madeBy: "ours" },
      ]);
      const later = await openConsole();
      expect(await page(`${later.url}account?q=${account.Id}`)).toContain(
        `10.00 GBP of ${memo.number} applied to ${invoice.InvoiceNumber} by this system`,
      );
      const activity = await page(`${later.url}activity`);
      expect(activity).toContain("an application of a credit memo carries no run");
      expect(activity).toContain("10.00");
    },
  );

  it("a memo that a person unapplied is told as theirs, and how it is released", async () => {
    const { account, memo } = owed();
    await unappliedByPerson(memo);
    const { out } = await run(["history", account.Id], { json: false });
    expect(out).toMatch(new RegExp(`${memo.number} +unapplied .* -10\\.00 +GBP +${personId}`));
    const { url } = await openConsole();
    const text = await page(`${url}account?q=${account.Id}`);
    expect(text).toContain(`10.00 GBP taken back from`);
    expect(text).toContain(`by user ${personId}, not by this system`);
    expect(text).toContain(`settle ${account.AccountNumber} --again`);
    expect((await ops("report")).data.held.map(({ reason }: { reason: string }) => reason)).toContain(
      "cancelled-by-person",
    );
  });

  it("a memo that a person unapplied is held and told as taken back also where its application alone was changed", async () => {
    tenant().unapplyShownAs = "changed-row";
    const { account, memo } = owed();
    await unappliedByPerson(memo);
    // Who took it back, and when, no record tells.
    const { out } = await run(["history", account.Id], { json: false });
    expect(out).toMatch(new RegExp(`${memo.number} +applied, and unapplied .* 0\\.00 +GBP +ours`));
    expect((await run(["explain", account.Id], { json: false })).out).toContain(
      `${memo.number} applied by this system, and all of it taken back since`,
    );
    const { url } = await openConsole();
    expect(await page(`${url}account?q=${account.Id}`)).toContain("by this system, and all of it taken back since");
    const { balances, held } = (await ops("report")).data;
    const [ofMemo] = held.filter(({ creditMemoNumber }: { creditMemoNumber: string }) => creditMemoNumber !== "");
    expect({ balances, ofMemo }).toMatchObject({ balances: true, ofMemo: { reason: "cancelled-by-person" } });
  });

  it("what others applied is theirs in history, and nobody's on an account that nothing ever happened to", async () => {
    const { account, memo, invoice } = owed();
    expect(applyMemoByHand(tenant(), memo, invoice, Date.now())).toBe(true);
    expect((await ops("history", account.Id)).data.creditMemos).toMatchObject([{ madeBy: personId }]);
    const quiet = addAccount(tenant().store, {});
    expect((await run(["history", quiet.Id], { json: false })).out).toContain(
      "Nobody ever adjusted its credit balance, and no credit memo of it ever paid anything.",
    );
  });

  it("a dead letter is shown with what is left of the memo and its plan, and replayed until it is settled", async () => {
    const { account, memo } = owed();
    await setAside([account.Id], { zuoraCode: "53840030" });
    const { data } = await ops("dead-letters", "list");
    expect(data.deadLetters).toMatchObject([{ accountId: account.Id, today: "1 step" }]);
    const shown = await run(["dead-letters", "show", account.AccountNumber], { json: false });
    expect(shown.status).toBe(0);
    expect(shown.out).toContain(memo.number);
    expect((await ops("status")).data.negative).toMatchObject({ invoices: 1, deadLettered: 1 });
    expect((await ops("dead-letters", "replay", "--account", account.Id, "--yes")).status).toBe(0);
    expect(accountsIn("work")).toEqual([account.Id]);
    await workOff(system().file);
    expect(memo.unappliedAmount.toFixed()).toBe("0");
    expect((await ops("dead-letters", "list")).data.accounts).toBe(0);
  });

  it("a scan beyond the run limit queues nothing, and is released once by whoever approves it", async () => {
    const accounts = [owed(), owed()].map(({ account }) => account.Id);
    const { environment, file } = system();
    const rules = JSON.parse(environment[environmentNames.policy] ?? "");
    const limited = JSON.stringify({ ...rules, runLimit: { accounts: 1, amount: {} } });
    await writeFile(
      file,
      JSON.stringify({ ...environment, [environmentNames.mode]: "credit-memos", [environmentNames.policy]: limited }),
    );
    const { status, err } = await ops("scan", "--full");
    expect({ status, queued: accountsIn("work") }).toEqual({ status: 3, queued: [] });
    const [, runId = ""] = /2 accounts, 20 GBP: scan --approve (zcs-\w+)/.exec(err) ?? [];
    expect((await ops("scan", "--approve", runId)).status).toBe(0);
    expect(accountsIn("work").toSorted()).toEqual(accounts.toSorted());
  });

  it("while a payment run charges nothing is applied, and everybody is told why", async () => {
    const { account, memo } = owed();
    const beganAt = Date.now() - 30_000;
    const today = new Date(beganAt).toISOString().slice(0, 10);
    startPaymentRun(
      tenant().store,
      addPaymentRun(tenant().store, { targetDate: today, runDate: `${today} 00:00:00` }),
      beganAt,
    );
    const { data } = await ops("explain", account.Id);
    expect(data.holds.map(({ reason }: { reason: string }) => reason)).toContain("payment-run-collecting");
    const { data: report } = await ops("report");
    expect(report.held).toMatchObject([{ reason: "payment-run-collecting", amount: "10.00" }]);
    expect(memo.unappliedAmount.toFixed()).toBe("10");
  });
});
