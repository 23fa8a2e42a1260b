import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it, vi } from "vitest";
import { writeMessage } from "../../../functions/app/message.ts";
import { add, fromDecimal } from "../../../functions/domain/money.ts";
import { localNames } from "../../local/function-environment.ts";
import { addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { finishPaymentRun, startPaymentRun } from "../../zuora-simulator/payment-runs.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import { json } from "../../zuora-simulator/wire.ts";
import { type Said, useLocalOps } from "./local-ops.ts";
import { useLocalRevenue } from "./local-revenue.ts";
import { commandsOf, problemTitles } from "./runbook-page.ts";
import { workOff, workOffRevenue } from "./work-off.ts";

const local = useLocalOps();
const { system, ops, run, tenant, setAside, accountsIn } = local;
const { distort, mirrored, openPeriods, notNetted, pass } = useLocalRevenue(local);

type Words = Readonly<Record<string, string>>;

/** Columns are wider on a screen than in a sentence. */
const spaced = (text: string): string => text.replaceAll(/ +/g, " ");

/** Runs every command of one part of a section as a person would who reads it, and sees what the page promises. */
const follow = async (title: string, part: string, words: Words = {}, leaveOut: readonly string[] = []) => {
  const said: Said[] = [];
  const meant = commandsOf(title, part).filter(({ command }) => !leaveOut.includes(command));
  for (const { command, says, endsWell } of meant) {
    const args = command.split(" ").map((word) => words[word] ?? word);
    const each = await run(args, { json: false, answer: true });
    expect(each.status, `${command}: ${each.err}`).not.toBe(2);
    if (endsWell || part === "Act") expect(each.status, `${command}: ${each.err}`).toBe(0);
    if (says.length > 0)
      expect(
        says.some((text) => spaced(each.out).includes(text)),
        `${command}: ${each.out}`,
      ).toBe(true);
    said.push(each);
  }
  return said;
};

const owed = (): AccountRecord =>
  addAccount(tenant().store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] }, Date.now() - 3_600_000);

const work = () => workOff(system().file);

/** One scan, and the processors until they have nothing more to do now. */
const scanAndWork = async (): Promise<void> => {
  expect((await ops("scan", "--full")).status).toBe(0);
  await work();
};

const isSettled = ({ Id }: AccountRecord): boolean =>
  tenant()
    .store.invoices.where("AccountId", Id)
    .every(({ Balance }) => Balance.gte(0));

const send = (queue: "WORK_QUEUE_URL" | "DEAD_LETTER_QUEUE_URL", group: string, body: string) =>
  system().sqs.send(
    new SendMessageCommand({
      QueueUrl: system().environment[queue],
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: `runbook-${Math.random()}`,
    }),
  );

const turn = (position: string) => system().standIns.parameters.set(localNames.switchParameter, position);

const locked = { Success: false, Errors: [{ Code: "LOCK_COMPETITION", Message: "locked by another transaction" }] };

const dayMs = 86_400_000;

const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

type Scene = () => Promise<void>;

const scenes: Readonly<Record<string, { readonly deployedOnly?: string; readonly scene: Scene }>> = {
  "Dead letters": {
    deployedOnly: "the alarm",
    scene: async () => {
      const { Id } = addAccount(tenant().store, {});
      await setAside([Id]);
      await follow("Dead letters", "Look", { ACCOUNT: Id });
      await follow("Dead letters", "Act");
      await work();
      await follow("Dead letters", "Check it worked");
    },
  },
  ZUORA_REJECTED: {
    deployedOnly: "the alarm",
    scene: async () => {
      const account = owed();
      tenant().closedPeriods.add(account.Id);
      await scanAndWork();
      const words = { ACCOUNT: account.Id };
      const [listed] = await follow("ZUORA_REJECTED", "Look", words);
      expect(listed?.out).toContain("ACCOUNTING_PERIOD_CLOSED");
      tenant().closedPeriods.clear();
      await follow("ZUORA_REJECTED", "Act", words);
      await work();
      await follow("ZUORA_REJECTED", "Check it worked", words);
      expect(isSettled(account)).toBe(true);
    },
  },
  ZUORA_CONTRACT: {
    deployedOnly: "the deploy that mends a schema",
    scene: async () => {
      const account = owed();
      const mend = distort((request, answer) => {
        const given = answer();
        return request.body.includes("from Invoice where")
          ? { ...given, body: given.body.replaceAll('"Balance":-10', '"Balance":"much"') }
          : given;
      });
      await scanAndWork();
      expect(accountsIn("deadLetter")).toEqual([account.Id]);
      const words = { ACCOUNT: account.Id };
      const [listed] = await follow("ZUORA_CONTRACT", "Look", words);
      expect(listed?.out).toContain("Balance");
      mend();
      await follow("ZUORA_CONTRACT", "Act", words);
      await work();
      await follow("ZUORA_CONTRACT", "Check it worked", words);
      expect(isSettled(account)).toBe(true);
    },
  },
  NOT_CONVERGED: {
    deployedOnly: "the alarm",
    scene: async () => {
      const account = owed();
      const [invoice] = tenant().store.invoices.where("AccountId", account.Id);
      // Somebody takes a penny off the invoice before each adjustment arrives.
      const calm = distort((request, answer) => {
        if (request.path.startsWith("/v1/action/create") && invoice !== undefined) {
          invoice.Balance = add(invoice.Balance, fromDecimal("0.01"));
        }
        return answer();
      });
      await ops("scan", "--full");
      await vi.waitFor(
        async () => {
          await work();
          expect(accountsIn("deadLetter")).toEqual([account.Id]);
        },
        { timeout: 20_000, interval: 200 },
      );
      calm();
      expect((await ops("dead-letters", "list")).data.byCode).toEqual({ NOT_CONVERGED: 1 });
      const words = { ACCOUNT: account.Id };
      await follow("NOT_CONVERGED", "Look", words);
      await follow("NOT_CONVERGED", "Act", words);
      await work();
      await follow("NOT_CONVERGED", "Check it worked", words);
    },
  },
  OUT_OF_TIME: {
    deployedOnly: "a Zuora that takes minutes for a page",
    scene: async () => {
      const account = owed();
      await setAside([account.Id], { errorCode: "OUT_OF_TIME", errorMessage: "too little time to read this account" });
      const words = { ACCOUNT: account.Id };
      const [listed] = await follow("OUT_OF_TIME", "Look", words);
      expect(listed?.out).toContain("OUT_OF_TIME");
      await follow("OUT_OF_TIME", "Act", words);
      await work();
      await follow("OUT_OF_TIME", "Check it worked", words);
      expect(isSettled(account)).toBe(true);
    },
  },
  BAD_MESSAGE: {
    deployedOnly: "CloudTrail",
    scene: async () => {
      await send("WORK_QUEUE_URL", "stray", "not a message of ours");
      await work();
      const [listed, shown] = await follow("BAD_MESSAGE", "Look", { GROUP: "stray" });
      expect(listed?.out).toContain("stray");
      expect(shown?.out).toContain("not a message of ours");
      await follow("BAD_MESSAGE", "Act", { TEXT: "nobody's" });
      await follow("BAD_MESSAGE", "Check it worked");
    },
  },
  UNKNOWN: {
    deployedOnly: "the processor's log",
    scene: async () => {
      const account = owed();
      const body = writeMessage({ accountId: account.Id, runId: "zcs-0mb0abc123" });
      await send("DEAD_LETTER_QUEUE_URL", account.Id, body);
      const words = { ACCOUNT: account.Id };
      await follow("UNKNOWN", "Look", words);
      await follow("UNKNOWN", "Act", words);
      await work();
      await follow("UNKNOWN", "Check it worked");
      expect((await ops("status")).data).toMatchObject({ workQueue: { visible: 0, hidden: 0 } });
      expect(accountsIn("deadLetter")).toEqual([]);
      expect(isSettled(account)).toBe(true);
    },
  },
  ZUORA_ACCESS: {
    deployedOnly: "the metric, and the wait until messages are seen again",
    scene: async () => {
      owed();
      await ops("scan", "--full");
      const { secrets } = system().standIns;
      const secret = secrets.get(localNames.secretId) ?? "";
      secrets.set(localNames.secretId, JSON.stringify({ clientId: "wrong", clientSecret: "wrong" }));
      try {
        await work();
        expect(accountsIn("deadLetter")).toEqual([]);
        const [doctor] = await follow("ZUORA_ACCESS", "Look");
        expect(doctor).toMatchObject({ status: 1, out: expect.stringContaining("FAIL  access to Zuora") });
      } finally {
        secrets.set(localNames.secretId, secret);
      }
      await follow("ZUORA_ACCESS", "Act");
      await follow("ZUORA_ACCESS", "Check it worked");
      await vi.waitFor(
        async () => {
          await work();
          expect((await ops("status")).data).toMatchObject({ workQueue: { visible: 0, hidden: 0 } });
        },
        { timeout: 10_000, interval: 200 },
      );
    },
  },
  "Guard tripped": {
    deployedOnly: "the scanner's log",
    scene: async () => {
      const accounts = [owed(), owed()];
      const { environment, file } = system();
      const policy = JSON.parse(environment["POLICY"] ?? "{}");
      const limited = { ...environment, POLICY: JSON.stringify({ ...policy, runLimit: { accounts: 1, amount: {} } }) };
      await writeFile(file, JSON.stringify(limited));
      const refused = await ops("scan", "--full");
      expect(refused.status).toBe(3);
      const RUN = /zcs-[0-9a-z]+/.exec(refused.err)?.[0] ?? "";
      await follow("Guard tripped", "Look");
      // Stopping is for the accident; here the bill run is meant.
      await follow("Guard tripped", "Act", { RUN }, ["stop"]);
      await work();
      await follow("Guard tripped", "Check it worked");
      expect(accounts.every(isSettled)).toBe(true);
    },
  },
  "Negative when a payment run began": {
    deployedOnly: "the scanner's log, and the next payment run",
    scene: async () => {
      const { store } = tenant();
      const account = owed();
      const begin = (at: number) => {
        const planned = addPaymentRun(store, { targetDate: dayOf(at), runDate: `${dayOf(at)} 00:00:00` });
        return { planned, payments: startPaymentRun(store, planned, at) };
      };
      const { planned, payments } = begin(Date.now() - 60_000);
      expect((await ops("scan", "--full")).err).toContain('"event":"negative when a payment run began"');
      const [plan] = await follow("Negative when a payment run began", "Look", { ACCOUNT: account.Id });
      expect(plan?.out).toContain("10.00");
      await follow("Negative when a payment run began", "Act");
      await work();
      const settledAt = Date.now();
      finishPaymentRun(store, planned, payments, settledAt);
      system().standIns.parameters.set(localNames.lastScanParameter, new Date(settledAt).toISOString());
      // Zuora tells seconds: the next payment run begins in a later one.
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(settledAt + 1_000), { timeout: 5_000, interval: 50 });
      begin(Date.now());
      const { status, err } = await ops("scan");
      expect({ status, isNamed: err.includes("negative when a payment run began") }).toEqual({
        status: 0,
        isNamed: false,
      });
    },
  },
  "Switch not on": {
    deployedOnly: "CloudTrail",
    scene: async () => {
      const account = owed();
      await ops("scan", "--full");
      turn("off");
      await follow("Switch not on", "Look");
      await follow("Switch not on", "Act");
      await work();
      await follow("Switch not on", "Check it worked");
      expect(isSettled(account)).toBe(true);
    },
  },
  "Unsettled for long": {
    deployedOnly: "the alarm, the dashboard and the saved query",
    scene: async () => {
      const account = owed();
      await ops("scan", "--full");
      const { payments } = tenant().store;
      const now = Date.now();
      const [, open] = tenant().store.invoices.where("AccountId", account.Id);
      const stuck = payments.add({
        Id: "a payment that never ends",
        AccountId: account.Id,
        InvoiceId: open?.Id ?? "",
        Amount: open?.Balance ?? account.CreditBalance,
        Status: "Processing",
        CreatedDate: now,
        UpdatedDate: now,
      });
      await work();
      const words = { ACCOUNT: account.Id };
      const [, , plan] = await follow("Unsettled for long", "Look", words);
      expect(plan?.out).toContain("payment-processing");
      stuck.Status = "Error";
      await follow("Unsettled for long", "Act", words);
      await vi.waitFor(
        async () => {
          await work();
          expect(accountsIn("work")).toEqual([]);
        },
        { timeout: 10_000, interval: 200 },
      );
      await follow("Unsettled for long", "Check it worked", words);
    },
  },
  "Nothing is handled": {
    deployedOnly: "the alarm, the processor's log and its event source mapping",
    scene: async () => {
      const account = owed();
      await ops("scan", "--full");
      const [status] = await follow("Nothing is handled", "Look");
      expect(status?.out).toContain("1");
      await follow("Nothing is handled", "Act");
      // The mapping is enabled again.
      await work();
      await follow("Nothing is handled", "Check it worked");
      expect(accountsIn("work")).toEqual([]);
      expect(isSettled(account)).toBe(true);
    },
  },
  ZUORA_BUSY: {
    deployedOnly: "the age of the oldest message",
    scene: async () => {
      const account = owed();
      await ops("scan", "--full");
      const calm = distort((request, answer) =>
        request.path.startsWith("/v1/action/create") ? json(200, [locked]) : answer(),
      );
      await work();
      calm();
      expect(accountsIn("work")).toEqual([account.Id]);
      expect(accountsIn("deadLetter")).toEqual([]);
      const [doctor] = await follow("ZUORA_BUSY", "Look");
      expect(doctor?.out).toContain("limits: ");
      await follow("ZUORA_BUSY", "Act");
      await vi.waitFor(
        async () => {
          await work();
          expect(isSettled(account)).toBe(true);
        },
        { timeout: 10_000, interval: 200 },
      );
      const [status] = await follow("ZUORA_BUSY", "Check it worked");
      expect(status?.status).toBe(0);
      expect(accountsIn("work")).toEqual([]);
    },
  },
  WRITE_OUTCOME_UNKNOWN: {
    deployedOnly: "the count for an hour",
    scene: async () => {
      const account = owed();
      await ops("scan", "--full");
      const mend = distort((request, answer) => {
        const given = answer();
        return request.path.startsWith("/v1/action/create") ? json(504, { message: "Gateway Timeout" }) : given;
      });
      await work();
      mend();
      await follow("WRITE_OUTCOME_UNKNOWN", "Look", { ACCOUNT: account.Id });
      await vi.waitFor(
        async () => {
          await work();
          expect(accountsIn("work")).toEqual([]);
        },
        { timeout: 10_000, interval: 200 },
      );
      const [, report] = await follow("WRITE_OUTCOME_UNKNOWN", "Check it worked", { ACCOUNT: account.Id });
      expect(report?.status).toBe(0);
      expect(isSettled(account)).toBe(true);
    },
  },
  "Revenue dead letters": {
    deployedOnly: "the alarm",
    scene: async () => {
      const account = await notNetted();
      const words = { ACCOUNT: account.Id };
      const [listed] = await follow("Revenue dead letters", "Look", words);
      expect(listed?.out).toContain("accounting-period-not-open");
      openPeriods();
      await follow("Revenue dead letters", "Act", words);
      await workOffRevenue(system().file);
      await follow("Revenue dead letters", "Check it worked");
    },
  },
  REVENUE_NOT_NETTED: {
    deployedOnly: "the month's close",
    scene: async () => {
      const account = await notNetted();
      const words = { ACCOUNT: account.Id };
      const [shown, explained] = await follow("REVENUE_NOT_NETTED", "Look", words);
      expect(shown?.out).toContain("does not net to zero");
      expect(explained?.out).toContain("in Open-Ended of charge");
      openPeriods();
      await follow("REVENUE_NOT_NETTED", "Act", words);
      await workOffRevenue(system().file);
      await follow("REVENUE_NOT_NETTED", "Check it worked", words);
    },
  },
  "Revenue did not run": {
    deployedOnly: "the schedule and the function's log",
    scene: async () => {
      mirrored();
      await scanAndWork();
      await follow("Revenue did not run", "Look");
      await follow("Revenue did not run", "Act");
      const telemetry = await workOffRevenue(system().file);
      expect(telemetry.of("revenue outcome")).toMatchObject([{ outcome: "settled" }]);
      await follow("Revenue did not run", "Check it worked");
    },
  },
  "Scanner did not run": {
    deployedOnly: "the schedules and their logs",
    scene: async () => {
      const account = owed();
      await follow("Scanner did not run", "Look");
      await follow("Scanner did not run", "Act");
      await work();
      const [status] = await follow("Scanner did not run", "Check it worked");
      expect(status?.status).toBe(0);
      expect(system().standIns.parameters.get(localNames.lastScanParameter)).toBeDefined();
      expect(isSettled(account)).toBe(true);
    },
  },
  BAD_CONFIG: {
    deployedOnly: "the deploy of a setting",
    scene: async () => {
      turn("perhaps");
      const [doctor] = await follow("BAD_CONFIG", "Look");
      expect(doctor?.status).toBe(1);
      await follow("BAD_CONFIG", "Act");
      await follow("BAD_CONFIG", "Check it worked");
    },
  },
  "Scanner failed": {
    deployedOnly: "the queue of missed scans",
    scene: async () => {
      owed();
      const mend = distort((request, answer) =>
        request.path.startsWith("/v1/action/query") ? json(400, { message: "no" }) : answer(),
      );
      expect((await ops("scan", "--full")).status).toBe(1);
      mend();
      await follow("Scanner did not run", "Look");
      await follow("Scanner did not run", "Act");
      await follow("Scanner failed", "Check it worked");
      expect(system().standIns.parameters.get(localNames.lastScanParameter)).toBeDefined();
    },
  },
  "Digest failed": {
    deployedOnly: "the digest's own log",
    scene: async () => {
      const looked = await follow("Digest failed", "Look");
      expect(looked).toHaveLength(1);
      const [report] = await follow("Digest failed", "Act", { DATE: dayOf(Date.now() - dayMs) });
      expect(report?.status).toBe(0);
    },
  },
  "The report does not balance": {
    deployedOnly: "Zuora's audit trail",
    scene: async () => {
      const { store } = tenant();
      const yesterday = Date.now() - dayMs;
      const account = addAccount(store, { invoices: [{ amount: "-10.00" }] }, yesterday - dayMs);
      const [invoice] = store.invoices.where("AccountId", account.Id);
      if (invoice !== undefined) invoice.Balance = invoice.Balance.plus("4") as typeof invoice.Balance;
      if (invoice !== undefined) invoice.UpdatedDate = yesterday;
      const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-runbook-"));
      const names = { DATE: dayOf(yesterday), ACCOUNT: account.AccountNumber, DIR: join(folder, "papers") };
      const looked = await follow("The report does not balance", "Look", names);
      await rm(folder, { recursive: true });
      expect(looked.map(({ status }) => status)).toEqual([1, 1, 1]);
      for (const { out } of looked) expect(out).toContain("IT DOES NOT BALANCE");
      await follow("The report does not balance", "Act");
      await follow("The report does not balance", "Check it worked", { DATE: dayOf(Date.now()) });
    },
  },
  "Revenue was moved that should not have been": {
    deployedOnly: "the wait for writes that had left",
    scene: async () => {
      const account = mirrored();
      await scanAndWork();
      await pass();
      const RUN = tenant().store.adjustments.rows[0]?.ReferenceId ?? "";
      const words = { RUN, ACCOUNT: account.Id };
      const [explained] = await follow("Revenue was moved that should not have been", "Look", words);
      expect(explained?.out).toMatch(new RegExp(`${RUN} +nets to zero`));
      await follow("Revenue was moved that should not have been", "Act", words);
      await follow("Revenue was moved that should not have been", "Check it worked", words);
      const { out } = await run(["explain", account.Id], { json: false });
      expect(out).toMatch(new RegExp(`${RUN} +held: revenue-taken-back`));
    },
  },
  "A whole run was wrong": {
    deployedOnly: "the wait for writes that had left",
    scene: async () => {
      const account = owed();
      await scanAndWork();
      const RUN = tenant().store.adjustments.rows[0]?.ReferenceId ?? "";
      expect(isSettled(account)).toBe(true);
      const [report] = await follow("A whole run was wrong", "Look", { RUN });
      expect(report?.out).toContain("10.00");
      await follow("A whole run was wrong", "Act", { RUN });
      const [undone, scan] = await follow("A whole run was wrong", "Check it worked", { RUN }, ["resume"]);
      expect(undone?.out).toContain("1 undone, 0 partly, 0 untouched");
      expect(scan?.out).not.toContain(account.AccountNumber);
      expect(account.CreditBalance.toFixed()).toBe("0");
      expect(isSettled(account)).toBe(false);
    },
  },
};

describe("the runbook, section by section, as a person follows it", () => {
  for (const [title, { deployedOnly, scene }] of Object.entries(scenes)) {
    it(`${title}${deployedOnly === undefined ? "" : ` (only where it is deployed: ${deployedOnly})`}`, scene);
  }

  it("has a test for every section on a problem", () => {
    expect(Object.keys(scenes).toSorted()).toEqual(problemTitles.toSorted());
  });
});
