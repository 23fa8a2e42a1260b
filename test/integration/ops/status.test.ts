import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "./local-ops.ts";

const { ops, run, tenant, setAside, system } = useLocalOps();

describe("status", () => {
  it("tells the switch, the queues and the last scan, and accounts for every negative invoice", async () => {
    const { store } = tenant();
    addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "-0.50" }] }, Date.now());
    addAccount(store, { Status: "Canceled", invoices: [{ amount: "-3.00" }] });
    const other = addAccount(store, { Currency: "JPY", invoices: [{ amount: "-700" }] });
    await setAside([other.Id, other.Id]);
    const { status, data } = await ops("status");
    expect(status).toBe(0);
    expect(data).toMatchObject({
      switch: "on",
      lastScanAt: null,
      workQueue: { visible: 0, hidden: 0 },
      deadLetters: {
        visible: 2,
        hidden: 0,
        accounts: 1,
        byCode: { ZUORA_REJECTED: 1 },
        oldest: "2026-03-16T11:00:00.000Z",
      },
      negative: {
        invoices: 4,
        held: 1,
        deadLettered: 1,
        waiting: 2,
        unexplained: 0,
        unread: 0,
        parts: [
          { explanation: "held", currency: "GBP", invoices: 1, amount: "3.00" },
          { explanation: "dead-lettered", currency: "JPY", invoices: 1, amount: "700" },
          { explanation: "waiting", currency: "GBP", invoices: 2, amount: "10.50" },
        ],
      },
      nextPaymentRun: null,
    });
    const { out } = await run(["status"], { json: false });
    expect(out).toContain("Dead letters  2 messages of 1 account (1 ZUORA_REJECTED)");
    expect(out).toContain("4 negative = 1 held + 1 dead-lettered + 2 waiting + 0 unexplained");
  });

  it("is drawn again until Ctrl-C where somebody watches, and watches for nobody else", async () => {
    let looks = 0;
    const isStopped = () => {
      looks += 1;
      return looks > 2;
    };
    const { status, out } = await run(["status", "--watch"], { json: false, interactive: true, isStopped });
    expect(status).toBe(0);
    expect(out).toContain("No invoice is negative in Zuora.");
    expect(out).toContain("Ctrl-C ends it");
    expect((await run(["status", "--watch"])).status).toBe(2);
  });

  it("takes no dead letter in hand where nothing is negative that it could explain", async () => {
    const { Id } = addAccount(tenant().store, {});
    await setAside([Id]);
    await ops("status");
    expect((await ops("status")).data.deadLetters).toEqual({ visible: 1, hidden: 0 });
    const { sqs, environment } = system();
    const command = new ReceiveMessageCommand({
      QueueUrl: environment["DEAD_LETTER_QUEUE_URL"],
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    const { Messages = [] } = await sqs.send(command);
    expect(Messages[0]?.Attributes?.ApproximateReceiveCount).toBe("1");
  });

  it("says loudly that an invoice is in nobody's hands, and fails", async () => {
    const dayAgo = Date.now() - 86_400_000;
    const lost = addAccount(tenant().store, { invoices: [{ amount: "-10.00" }] }, dayAgo);
    const { status, out } = await run(["status"], { json: false });
    expect(status).toBe(1);
    expect(out).toContain("1 negative = 0 held + 0 dead-lettered + 0 waiting + 1 unexplained");
    expect(out).toContain("NOBODY SETTLES THESE");
    expect(out).toContain(lost.AccountNumber);
  });

  it("names the next payment run and how many it could charge although credit is there", async () => {
    const { store } = tenant();
    const charged = addAccount(store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] });
    addAccount(store, { invoices: [{ amount: "-10.00" }] });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { number } = addPaymentRun(store, { targetDate: tomorrow, runDate: `${tomorrow} 10:00:00` });
    const { data } = await ops("status");
    expect(data.nextPaymentRun).toMatchObject({ number, wouldCharge: [charged.Id] });
    expect((await run(["status"], { json: false })).out).toContain("could charge 1 account although credit is there");
  });
});

describe("nothing that is said is an all-clear that is not true", () => {
  it("status names a payment run that is charging, beside the next one", async () => {
    const day = new Date(Date.now() - 60_000).toISOString().slice(0, 10);
    const charging = {
      targetDate: day,
      runDate: `${day} 10:00:00`,
      status: "Processing",
      executedOn: Date.now(),
    } as const;
    const { number } = addPaymentRun(tenant().store, charging);
    expect((await ops("status")).data.chargingRuns).toMatchObject([{ number }]);
    expect((await run(["status"], { json: false })).out).toContain(`Charging now  payment run ${number};`);
  });

  it("status calls what cannot be read unreadable, and not nought", async () => {
    const { Id } = addAccount(tenant().store, {}, Date.now());
    await fetch(`${system().zuora.url}/simulator/garble?accounts=1`, { method: "POST" });
    await setAside([Id], { errorCode: "ZUORA_CONTRACT" });
    const { data } = await ops("status");
    expect(data.negative.parts).toMatchObject([{ explanation: "dead-lettered", currency: null, amount: null }]);
    expect((await run(["status"], { json: false })).out).toMatch(/dead-lettered +unreadable +1 +unreadable/);
  });

  it("doctor counts the messages that wait for their next attempt, which the queue hides", async () => {
    const { sqs, environment } = system();
    addAccount(tenant().store, { invoices: [{ amount: "-10.00" }] }, Date.now());
    await ops("scan", "--full");
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: environment["WORK_QUEUE_URL"] }));
    expect((await run(["doctor"], { json: false })).out).toContain(
      "work queue: 1 message, 1 of them in flight or backing off",
    );
  });

  it("scan promises nothing of what it has queued", async () => {
    addAccount(tenant().store, { invoices: [{ amount: "-10.00" }] }, Date.now());
    const { out } = await run(["scan", "--full"], { json: false });
    expect(out).toContain("1 queued; ops status says what becomes of them.");
  });
});

describe("the switch", () => {
  it.each([
    ["stop", "off"],
    ["dry", "dry-run"],
    ["resume", "on"],
  ])("%s turns it to %s and writes down who did", async (command, position) => {
    system().standIns.parameters.set("/local/switch", "nonsense");
    const { status, data, err } = await ops(command);
    expect({ status, data }).toEqual({ status: 0, data: { system: "local", from: "unreadable", to: position } });
    expect(err).toContain('"action":"switch turned"');
    expect(system().standIns.parameters.get("/local/switch")).toBe(position);
  });
});

describe("which system", () => {
  it("has no default, and a stage that does not describe itself is not guessed at", async () => {
    expect((await run(["--stage", "prod", "status"])).status).toBe(2);
  });
});
