import { expect, it } from "vitest";
import type { AccountOutcomeLine } from "../../../functions/app/settle/outcome.ts";
import { waitingLines } from "../../local/waiting.ts";

const line = (accountId: string, facts: Partial<AccountOutcomeLine>): AccountOutcomeLine => ({
  runId: "zcs-0",
  accountId,
  outcome: "waiting",
  dryRun: false,
  ...facts,
});

it("says one of the messages where each account has a text of its own", () => {
  const lines = ["A", "B"].map((id) => line(id, { code: "ZUORA_CONTRACT", errorMessage: `expected ${id}` }));
  expect(waitingLines(lines, ["A", "B"])).toEqual(["2 accounts wait: ZUORA_CONTRACT: expected A"]);
});

it("says in one line for each reason why accounts still wait, the most frequent first, as they were last seen", () => {
  const refused = { code: "ZUORA_ACCESS", errorMessage: "Zuora refused: NO_PERMISSION: no" } as const;
  const lines = [
    line("A", { code: "ZUORA_BUSY", errorMessage: "busy" }),
    line("A", refused),
    line("B", refused),
    line("C", { waitReason: "payment-run-collecting" }),
    line("D", refused),
  ];
  expect(waitingLines(lines, ["A", "B", "C"])).toEqual([
    "2 accounts wait: ZUORA_ACCESS: Zuora refused: NO_PERMISSION: no",
    "1 account waits: payment-run-collecting",
  ]);
});
