import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { add, fromDecimal, type Money, subtract } from "../../../functions/domain/money.ts";
import { memoQuestions } from "../../../functions/zuora/sandbox/probe-memos.ts";
import { type Finding, questions } from "../../../functions/zuora/sandbox/probe-sandbox.ts";
import { localNames } from "../../local/function-environment.ts";
import { compareRecording } from "../../zuora-contract/check-recording.ts";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import type { TenantRequest, TenantResponse } from "../../zuora-simulator/wire.ts";
import { useLocalOps } from "./local-ops.ts";

// The probe itself asks with rows that Zuora refuses; the tenants that differ do what Zuora would not.
wrongOnPurpose(/unknown field Coment|Status must|Amount must be number|required property 'Amount'|ReferenceId must/);
wrongOnPurpose(/CreditBalance must be >= 0/, "answer");

const { ops, run, tenant, system } = useLocalOps();

beforeEach(() => {
  system().standIns.parameters.set(localNames.switchParameter, "off");
});

const owed = (negative = "-5.00", open = "3.00"): AccountRecord =>
  addAccount(tenant().store, { invoices: [{ amount: negative }, { amount: open }] });

const probe = ({ AccountNumber }: AccountRecord) => ops("doctor", "--probe", "--account", AccountNumber);

const balancesOf = ({ Id, CreditBalance }: AccountRecord): readonly string[] => [
  CreditBalance.toFixed(2),
  ...tenant()
    .store.invoices.where("AccountId", Id)
    .map(({ Balance }) => Balance.toFixed(2)),
];

type Handle = (request: TenantRequest) => TenantResponse;

/** Makes Zuora another one than is assumed: whatever it answers may be changed, before and after. */
const distort = (distortion: (request: TenantRequest, handle: Handle) => TenantResponse): void => {
  const whole = tenant();
  const handle = whole.handle.bind(whole);
  whole.handle = (request, now) => distortion(request, (each) => handle(each, now));
};

const isCreate = ({ path, body }: TenantRequest, type: string): boolean =>
  path.startsWith("/v1/action/create") && body.includes(`"Type":"${type}"`);

const isUpdate = ({ path }: TenantRequest): boolean => path.startsWith("/v1/action/update");

const large = fromDecimal("1000");

/** Answers one kind of create as though there were no limit to what an amount may be. */
const withoutLimit = (type: string, change: (by: (amount: Money) => Money) => void): void =>
  distort((request, handle) => {
    if (!isCreate(request, type)) return handle(request);
    change((amount) => add(amount, large));
    const answer = handle(request);
    change((amount) => subtract(amount, large));
    return answer;
  });

const eachInvoice = (sign: "gt" | "lt", by: (amount: Money) => Money): void => {
  for (const invoice of tenant().store.invoices.rows) {
    if (sign === "gt") invoice.Balance = by(invoice.Balance);
    else
      invoice.Balance = fromDecimal(
        by(invoice.Balance.neg() as Money)
          .neg()
          .toFixed(),
      );
  }
};

const forget = (fields: object): void => {
  for (const adjustment of tenant().store.adjustments.rows) Object.assign(adjustment, fields);
};

/** Zuora is less strict than is assumed: what it is sent it takes for something else. */
const sentAs = (written: string | RegExp, meant: string): void =>
  distort((request, handle) => handle({ ...request, body: request.body.replace(written, meant) }));

const faults: Readonly<Record<keyof typeof questions, (account: AccountRecord) => void>> = {
  misspelt: () =>
    distort((request, handle) => handle({ ...request, path: request.path.replace("?rejectUnknownFields=true", "") })),
  aboveCredit: (account) =>
    withoutLimit("Decrease", (by) => {
      account.CreditBalance = by(account.CreditBalance);
    }),
  repeat: () =>
    distort(({ headers: { "idempotency-key": _, ...headers }, ...request }, handle) => handle({ ...request, headers })),
  aboveOpen: () => withoutLimit("Increase", (by) => eachInvoice("lt", by)),
  aboveBalance: () => withoutLimit("Decrease", (by) => eachInvoice("gt", by)),
  amounts: () =>
    distort((request, handle) => {
      const answer = handle(request);
      return { ...answer, body: answer.body.replaceAll('"Amount":0.01', '"Amount":0.010000001') };
    }),
  source: () =>
    distort((request, handle) => {
      const answer = handle(request);
      if (isUpdate(request)) forget({ SourceTransactionNumber: "" });
      return answer;
    }),
  typeAndReference: () =>
    distort((request, handle) => {
      const answer = handle(request);
      if (isUpdate(request)) forget({ ReferenceId: undefined });
      return answer;
    }),
  places: () => sentAs('"Amount":0.001', '"Amount":0.01'),
  quotes: () => sentAs('"Amount":"0.01"', '"Amount":0.01'),
  date: () => sentAs(',"AdjustmentDate":"2000-01-01"', ""),
  reference: () => sentAs(/(x{20,})"/, '"'),
  character: () => sentAs("\u{1F9EA}", ""),
  incomplete: () =>
    sentAs('{"Type":"Increase","SourceTransactionId"', '{"Type":"Increase","Amount":0.01,"SourceTransactionId"'),
  updatedDate: () =>
    distort((request, handle) => {
      const before = new Map(tenant().store.invoices.rows.map((invoice) => [invoice, invoice.UpdatedDate]));
      const answer = handle(request);
      if (isUpdate(request)) for (const [invoice, at] of before) invoice.UpdatedDate = at;
      return answer;
    }),
};

const keyOf = (name: string): keyof typeof questions => name as keyof typeof questions;

describe("doctor --probe", () => {
  it("agrees with a tenant that is as assumed, whichever of both invoices is larger, and leaves no trace in its money", async () => {
    for (const account of [owed(), owed("-3.00", "5.00")]) {
      const before = balancesOf(account);
      const { status, data } = await probe(account);
      expect(data.findings.filter(({ state }: Finding) => state !== "agrees")).toEqual([]);
      expect({ status, left: data.left }).toEqual({ status: 0, left: [] });
      expect(data.findings).toHaveLength(Object.keys(questions).length);
      expect(balancesOf(account)).toEqual(before);
    }
    expect(tenant().store.adjustments.rows.every(({ Status }) => Status === "Canceled")).toBe(true);
  });

  it.each(Object.keys(faults).map(keyOf))("sees a tenant that differs: %s", async (name) => {
    const account = owed();
    const before = balancesOf(account);
    faults[name](account);
    const { status, data } = await probe(account);
    expect(data.findings.find(({ question }: Finding) => question === questions[name])).toMatchObject({
      state: "differs",
    });
    expect(status).toBe(1);
    expect(data.left).toEqual([]);
    expect(balancesOf(account)).toEqual(before);
  });

  it("records what Zuora answered, of nobody, and one command says where the contract was wrong", async () => {
    const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-"));
    const file = join(folder, "wire.jsonl");
    const recorded = async (account: AccountRecord) => {
      const { status } = await ops("doctor", "--probe", "--account", account.AccountNumber, "--record", file);
      expect(status).toBe(0);
      return readFile(file, "utf8");
    };
    try {
      const account = owed("-5.37", "3.00");
      const text = await recorded(account);
      const { clientId, clientSecret } = tenant().authentication.client;
      for (const secret of [
        account.Id,
        account.AccountNumber,
        "@example",
        "5.37",
        clientId,
        clientSecret,
        "simulated-token",
      ]) {
        expect(text).not.toContain(secret);
      }
      const compared = compareRecording(text);
      expect(compared.exchanges).toBeGreaterThan(30);
      expect([...compared.wrong.keys(), ...compared.unknown.keys()]).toEqual([]);

      distort((request, handle) => {
        const answer = handle(request);
        return {
          ...answer,
          body: answer.body.replaceAll(/"(\w+Date)":"([\d-]+)T/g, '"$1":"$2 ').replace('"size"', '"count":1,"size"'),
        };
      });
      const differing = compareRecording(await recorded(owed()));
      expect([...differing.wrong.keys()].join()).toContain("POST /v1/action/query: CreatedDate must match pattern");
      expect([...differing.unknown.keys()].join()).toContain("unknown field count");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("says exactly what is left where Zuora does not let it cancel", async () => {
    const account = owed();
    distort((request, handle) => {
      if (!isUpdate(request)) return handle(request);
      return handle({ ...request, body: request.body.replaceAll('"Canceled"', '"Cancelled"') });
    });
    const { status, data } = await probe(account);
    expect(status).toBe(1);
    expect(data.left).toContainEqual(expect.stringMatching(/^CBA-\d+, Decrease 0.01 of INV\d+: not canceled$/));
    expect(data.left).toContain("credit balance 4.99, was 0.00");
  });

  it("refuses whatever is no sandbox, a running system, and an account that cannot answer, and writes nothing", async () => {
    const account = owed();
    const refused = async () => (await probe(account)).status;
    system().standIns.parameters.set(localNames.switchParameter, "on");
    expect(await refused()).toBe(2);
    system().standIns.parameters.set(localNames.switchParameter, "off");
    const lone = addAccount(tenant().store, { invoices: [{ amount: "-5.00" }] });
    expect((await probe(lone)).status).toBe(2);
    expect((await ops("doctor", "--probe")).status).toBe(2);
    expect(system().zuora.limits.writes).toBe(0);
  });

  it("answers lines of the page on assumptions, and lists every other one as not tried", async () => {
    const page = readFileSync(new URL("../../../docs/zuora-assumptions.md", import.meta.url), "utf8");
    const rows = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| assumed"));
    const said = rows.filter((row) => row.includes("| `--probe`; ")).map((row) => row.slice(2).split(" | ")[0]);
    expect(said.toSorted()).toEqual([...Object.values(questions), ...Object.values(memoQuestions)].toSorted());
    const { out } = await run(["doctor", "--probe", "--account", owed().Id], { json: false });
    const asked = Object.keys(questions).length;
    expect(out.match(/^agrees {6}/gm)).toHaveLength(asked);
    expect(out.match(/^not tried {3}/gm)).toHaveLength(rows.length - asked);
    expect(out).toContain("Everything was taken back.");
  });
});
