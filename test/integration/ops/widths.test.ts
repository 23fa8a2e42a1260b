import { expect, it } from "vitest";
import { addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { acrossBothEnds, byOthers, month } from "./last-month.ts";
import { useLocalOps } from "./local-ops.ts";
import { workOff } from "./work-off.ts";

const { run, tenant, system, setAside } = useLocalOps();

/** Something of every kind, with numbers, codes and sums as long as they are met. */
const everything = async () => {
  const { store } = tenant();
  const { busy } = acrossBothEnds(tenant());
  byOthers(tenant(), busy);
  const held = addAccount(store, { Status: "Canceled", invoices: [{ amount: "-1234567.89" }] });
  const refused = addAccount(store, { invoices: [{ amount: "-987654.32" }, { amount: "30.00" }] }, Date.now());
  const lost = addAccount(store, { invoices: [{ amount: "-0.50" }] }, Date.now() - 86_400_000);
  const settled = addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] }, Date.now());
  await run(["scan"]);
  await workOff(system().file);
  addAccount(store, { invoices: [{ amount: "-4.00" }, { amount: "5.00" }] }, Date.now());
  await setAside([refused.Id], { zuoraCode: "ACCOUNTING_PERIOD_CLOSED" });
  await setAside([lost.Id], {
    errorCode: "WRITE_OUTCOME_UNKNOWN",
    errorMessage: "a write left and no answer came, also when it was asked for again under the same key",
  });
  const today = new Date().toISOString().slice(0, 10);
  addPaymentRun(store, {
    targetDate: today,
    runDate: `${today} 10:00:00`,
    status: "Processing",
    executedOn: Date.now() - 60_000,
  });
  const [{ ReferenceId: runId = "" } = {}] = store.adjustments.rows.toReversed();
  return {
    held: held.AccountNumber,
    refused: refused.AccountNumber,
    lost: lost.AccountNumber,
    settled: settled.AccountNumber,
    runId,
  };
};

/** Names that are typed again, of which a part is worth nothing. */
const cutName = /\b(A0|INV|CBA-|PR-|ZUORA_|WRITE_)[\w-]*…|…[A-Z_]*(REJECTED|CONTRACT|UNKNOWN)\b/;

it("on a terminal of 80 columns no command breaks an id, a code or a sum", { timeout: 60_000 }, async () => {
  const { held, refused, lost, settled, runId } = await everything();
  const commands = [
    ["status"],
    ["dead-letters", "list"],
    ["dead-letters", "show", lost],
    ["dead-letters", "replay", "--dry-run"],
    ["dead-letters", "drop", "--account", lost, "--reason", "somebody settled it by hand"],
    ["plan", refused],
    ["settle", refused],
    ["explain", held],
    ["explain", settled],
    ["history", settled],
    ["scan", "--full", "--dry-run"],
    ["report", "--month", month],
    ["report", "--run", runId],
    ["doctor"],
    ["stop"],
    ["settle", refused],
    ["resume"],
    ["undo", runId],
    ["--help"],
    ["dead-letters", "replay", "--help"],
  ];
  const look = { columns: 80, hasColour: false };
  for (const command of commands) {
    const { out, err } = await run(command, { json: false, look });
    // Notes are wrapped by the program around all commands; tables among them are the commands' own.
    const lines = [...out.split("\n"), ...err.split("\n").filter((line) => /\S {2}/.test(line))];
    expect({ command, wide: lines.filter((line) => line.length > 80) }).toEqual({ command, wide: [] });
    expect({ command, cut: lines.filter((line) => cutName.test(line)) }).toEqual({ command, cut: [] });
  }
});
