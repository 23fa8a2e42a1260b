import type { Planned } from "../../app/settle/read-and-plan.ts";
import { planData, todayOf } from "./describe.ts";
import type { Look } from "./look.ts";
import { table } from "./table.ts";

const stepNames = {
  TransferToCreditBalance: "transfer to credit",
  ApplyCreditBalance: "apply credit to",
  ApplyCreditMemo: "apply credit memo",
  ApplyPayment: "apply payment",
} as const;

/** An account and its plan, for a person. */
export const planText = (planned: Planned, look: Look): string => {
  const { accountNumber, accountId, status, currency, creditBalance, invoices, steps, later, holds } =
    planData(planned);
  const invoiceRows = invoices.map((each) => [
    each.invoiceNumber,
    each.invoiceDate,
    each.dueDate,
    each.amount,
    each.balance,
    each.currency,
  ]);
  const tableOf = (rows: typeof steps) =>
    table(
      ["", "Step", "Invoice", "Amount", ""],
      rows.map(({ step, creditMemoNumber, paymentNumber, invoiceNumber, amount, ...rest }, index) => [
        String(index + 1),
        [stepNames[step], creditMemoNumber ?? paymentNumber ?? []].flat().join(" "),
        invoiceNumber,
        amount,
        "rank" in rest ? `rank ${rest.rank}` : "",
      ]),
      ["Amount"],
      look,
    );
  return [
    `Account ${accountNumber} (${accountId}), ${status}, credit balance ${creditBalance} ${currency}\n`,
    table(["Invoice", "Dated", "Due", "Amount", "Balance", "Currency"], invoiceRows, ["Amount", "Balance"], look),
    `Plan: ${todayOf(planned)}\n`,
    steps.length === 0 ? "" : tableOf(steps),
    later === undefined ? "" : `Then, once that is read back:\n${tableOf(later)}`,
    ...holds.map(
      (hold) =>
        `  held: ${[hold.invoiceNumber ?? hold.creditMemoNumber ?? hold.paymentNumber ?? [], hold.reason].flat().join(": ")}\n`,
    ),
  ].join("");
};
