import { ChangeMessageVisibilityCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { addAccount } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "./local-ops.ts";
import { workOff } from "./work-off.ts";

const local = useLocalOps();
const { ops, run, tenant, setAside, accountsIn } = local;

const owed = (amount = "-10.00") => addAccount(tenant().store, { invoices: [{ amount }, { amount: "30.00" }] });

const visible = async () => (await ops("dead-letters", "list")).data.accounts;

describe("dead-letters list", () => {
  it("shows one row per account, with its code, what is owed to it and what planning it says today", async () => {
    const broken = owed();
    const settled = addAccount(tenant().store, {});
    await setAside([broken.Id, settled.Id, broken.Id]);
    const { status, data, err } = await ops("dead-letters", "list");
    expect(status).toBe(0);
    expect(data.byCode).toEqual({ ZUORA_REJECTED: 2 });
    expect(data.deadLetters).toMatchObject([
      { accountId: broken.Id, letters: 2, negative: "10.00 GBP", today: "2 steps" },
      { accountId: settled.Id, letters: 1, today: "nothing to do" },
    ]);
    expect(err).toContain("--settled");
  });

  it("leaves no message hidden: the next look sees the same", async () => {
    await setAside(Array.from({ length: 23 }, () => owed().Id));
    expect(await visible()).toBe(23);
    expect(await visible()).toBe(23);
  });

  it("says so where there is none, and reads well in a terminal", async () => {
    expect((await run(["dead-letters", "list"], { json: false })).out).toBe("No dead letters.\n");
    await setAside([owed().Id]);
    const { out } = await run(["dead-letters", "list"], { json: false });
    expect(out).toMatch(/^Account +Code +Age +Attempts +Negative +Today +Message\n/);
    expect(out).toContain("1 account: 1 ZUORA_REJECTED");
  });

  it("filters by code, account and age", async () => {
    const [first, second] = [owed(), owed()];
    await setAside([first.Id]);
    await setAside([second.Id], { errorCode: "ZUORA_CONTRACT", firstFailedAt: new Date().toISOString() });
    const ids = async (...flags: string[]) =>
      (await ops("dead-letters", "list", ...flags)).data.deadLetters.map((row: { accountId: string }) => row.accountId);
    expect(await ids("--code", "ZUORA_CONTRACT")).toEqual([second.Id]);
    expect(await ids("--account", first.Id)).toEqual([first.Id]);
    expect(await ids("--older-than", "1h")).toEqual([first.Id]);
  });

  it("speaks of accounts by their number, and takes number or id", async () => {
    const [first, second] = [owed(), owed()];
    await setAside([first.Id, second.Id]);
    const { out } = await run(["dead-letters", "list", "--account", first.AccountNumber], { json: false });
    expect(out).toContain(first.AccountNumber);
    expect(out).not.toContain(first.Id);
    expect(out).not.toContain(second.AccountNumber);
  });

  it.each([
    ["a mistyped code", ["--code", "ZUORA_REJECTD"], "did you mean ZUORA_REJECTED?"],
    ["a code that there is not", ["--code", "NONSENSE_OF_SOMEBODY"], "there are BAD_CONFIG, BAD_MESSAGE"],
    ["half a code", ["--code", "ZUORA_REJ"], "did you mean ZUORA_REJECTED?"],
    ["a mistyped account", ["--account", "A0000001"], "did you mean A00000001?"],
    ["an account that nobody knows", ["--account", "ACME Incorporated"], "Zuora knows no account"],
  ])("refuses %s in every command, rather than find nothing of it", async (_, flags, says) => {
    await setAside([owed().Id]);
    for (const command of [["list"], ["replay"], ["drop", "--reason", "why not", "--yes"]]) {
      const { status, err } = await ops("dead-letters", ...command, ...flags);
      expect({ command, status }).toEqual({ command, status: 2 });
      expect(err).toContain(says);
    }
    expect(await visible()).toBe(1);
  });

  it("says how many there would be where the filter means none of them", async () => {
    await setAside([owed().Id, owed().Id]);
    for (const command of ["list", "replay"]) {
      const { out } = await run(["dead-letters", command, "--grep", "no such text"], { json: false });
      expect(out).toContain("0 of 2 match");
      expect(out).not.toMatch(/zcs-|No dead letters/);
    }
  });

  it("does not say that there are none while somebody else has them in hand", async () => {
    await setAside([owed().Id]);
    const { sqs, environment } = local.system();
    const take = { QueueUrl: environment["DEAD_LETTER_QUEUE_URL"], VisibilityTimeout: 30 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(take));
    const { out } = await run(["dead-letters", "list"], { json: false });
    expect(out).toContain("in somebody else's hands");
    const ReceiptHandle = Messages[0]?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ ...take, ReceiptHandle, VisibilityTimeout: 0 }));
  });

  it("shows as many as it was told to", async () => {
    await setAside([owed().Id, owed().Id, owed().Id]);
    const { out } = await run(["dead-letters", "list", "--limit", "2"], { json: false });
    expect(out).toContain("2 accounts of 3");
  });

  it("tells the problems also where Zuora does not answer for them", async () => {
    await setAside(["8aaunknown"]);
    expect((await ops("dead-letters", "list")).data.deadLetters[0].today).toBe("cannot be planned: ZUORA_CONTRACT");
  });
});

describe("dead-letters show", () => {
  it("finds an account by its number and shows its messages and its plan", async () => {
    const broken = owed();
    await setAside([broken.Id]);
    const { status, data } = await ops("dead-letters", "show", broken.AccountNumber);
    expect(status).toBe(0);
    expect(data).toMatchObject({ accountId: broken.Id, code: "ZUORA_REJECTED", today: "2 steps" });
    expect(data.deadLetters[0].attributes.errorMessage).toContain("ACCOUNTING_PERIOD_CLOSED");
    expect(data.plan.steps).toMatchObject([
      { step: "TransferToCreditBalance", amount: "10.00" },
      { step: "ApplyCreditBalance", amount: "10.00" },
    ]);
  });

  it("fails where the account has none", async () => {
    expect((await ops("dead-letters", "show", owed().Id)).status).toBe(1);
  });
});

describe("dead-letters replay", () => {
  it("in a dry run says what it would do, and does nothing", async () => {
    const broken = owed();
    await setAside([broken.Id]);
    const { data } = await ops("dead-letters", "replay", "--dry-run");
    expect(data).toMatchObject({ dryRun: true, replayed: [{ accountId: broken.Id, code: "ZUORA_REJECTED" }] });
    expect([accountsIn("work"), await visible()]).toEqual([[], 1]);
  });

  it("queues every account once, deletes all of its dead letters, and writes down who did it", async () => {
    const [first, second] = [owed(), owed()];
    await setAside([...Array(13).fill(first.Id), second.Id]);
    const { status, data, err } = await ops("dead-letters", "replay");
    expect({ status, deleted: data.deletedLetters, left: data.left }).toEqual({ status: 0, deleted: 14, left: 0 });
    expect(accountsIn("work").toSorted()).toEqual([first.Id, second.Id].toSorted());
    expect(accountsIn("deadLetter")).toEqual([]);
    const line = err.split("\n").find((each) => each.includes("dead letters replayed"));
    expect(JSON.parse(line ?? "")).toMatchObject({
      system: "local",
      caller: "this machine",
      accountId: first.Id,
    });
  });

  it("takes natural redrives, which have no code, by the code UNKNOWN", async () => {
    const { sqs, environment } = local.system();
    const { Id } = owed();
    const body = JSON.stringify({ version: 1, accountId: Id, runId: "zcs-0mb0abc123" });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: environment["DEAD_LETTER_QUEUE_URL"],
        MessageBody: body,
        MessageGroupId: Id,
        MessageDeduplicationId: `natural-${Math.random()}`,
      }),
    );
    expect((await ops("dead-letters", "replay", "--code", "UNKNOWN")).data.replayed).toMatchObject([
      { code: "UNKNOWN" },
    ]);
    expect(accountsIn("work")).toEqual([Id]);
  });

  it("follows each account to its end, and fails where some came back", async () => {
    const [fine, refused] = [owed(), owed()];
    tenant().closedPeriods.add(refused.Id);
    await setAside([fine.Id, refused.Id]);
    let isOver = false;
    const processors = (async () => {
      while (!isOver) await workOff(local.system().file);
    })();
    const { status, out } = await run(["dead-letters", "replay", "--wait", "30s"], { json: false });
    isOver = true;
    await processors;
    expect(status).toBe(1);
    expect(out).toContain("1 settled, 1 back with ZUORA_REJECTED ACCOUNTING_PERIOD_CLOSED");
    expect(accountsIn("deadLetter")).toEqual([refused.Id]);
  });

  it("on a terminal shows what it would touch, and asks", async () => {
    const { Id, AccountNumber } = owed();
    await setAside([Id]);
    const { status, err } = await run(["dead-letters", "replay"], { json: false, interactive: true, answer: false });
    expect(status).toBe(1);
    expect(err).toContain(AccountNumber);
    expect(err).toContain("Replay these?");
    expect(accountsIn("work")).toEqual([]);
  });

  it("notes that the switch is off", async () => {
    local.system().standIns.parameters.set("/local/switch", "off");
    expect((await ops("dead-letters", "replay")).err).toContain("the switch says off");
  });
});

describe("dead-letters drop", () => {
  it("asks first, and drops nothing without a yes", async () => {
    const broken = owed();
    await setAside([broken.Id]);
    const { status, err } = await ops("dead-letters", "drop", "--account", broken.Id, "--reason", "settled by hand");
    expect(status).toBe(1);
    expect(err).toContain("Delete these dead letters for good?");
    expect(err).toContain(broken.AccountNumber);
    expect(await visible()).toBe(1);
  });

  it("writes the whole message down and deletes it", async () => {
    const broken = owed();
    await setAside([broken.Id, owed().Id]);
    const args = ["dead-letters", "drop", "--account", broken.Id, "--reason", "settled by hand"];
    const { status, err } = await run(args, { answer: true });
    expect(status).toBe(0);
    const line = err.split("\n").find((each) => each.includes("dead letter dropped"));
    expect(JSON.parse(line ?? "")).toMatchObject({
      reason: "settled by hand",
      attributes: { errorCode: "ZUORA_REJECTED" },
    });
    expect(await visible()).toBe(1);
  });

  it("never drops everything by accident", async () => {
    expect((await run(["dead-letters", "drop", "--reason", "why not"], { answer: true })).status).toBe(2);
  });
});
