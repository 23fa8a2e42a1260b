import { expect, it } from "vitest";
import { addAccount } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "./local-ops.ts";
import { workOff } from "./work-off.ts";

const { ops, run, tenant, system, accountsIn } = useLocalOps();

it("a replay while the cause is still there deletes no letter that it causes, and says who came back", {
  timeout: 60_000,
}, async () => {
  const ids = Array.from({ length: 7 }, () => {
    const { Id } = addAccount(tenant().store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] });
    tenant().closedPeriods.add(Id);
    return Id;
  });
  await ops("scan", "--full");
  await workOff(system().file);
  expect(accountsIn("deadLetter").toSorted()).toEqual(ids.toSorted());

  let isReplayed = false;
  const processors = (async () => {
    while (!isReplayed) await workOff(system().file);
  })();
  // Slow enough for the processors to have refused all seven before the replay looks once more.
  const { status, out } = await run(["dead-letters", "replay", "--rate", "3"], { json: false });
  isReplayed = true;
  await processors;
  expect(status).toBe(1);
  expect(out).toContain("7 came back already");
  expect(accountsIn("deadLetter").toSorted()).toEqual(ids.toSorted());
  expect((await ops("dead-letters", "list")).data.accounts).toBe(7);
});
