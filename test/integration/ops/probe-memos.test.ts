import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { memoQuestions } from "../../../functions/zuora/sandbox/probe-memos.ts";
import { type Finding, questions } from "../../../functions/zuora/sandbox/probe-sandbox.ts";
import { localNames } from "../../local/function-environment.ts";
import { compareRecording } from "../../zuora-contract/check-recording.ts";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import { addCreditMemo, type MemoSpec } from "../../zuora-simulator/credit-memos/build-memo.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import type { TenantRequest, TenantResponse } from "../../zuora-simulator/wire.ts";
import { useLocalOps } from "./local-ops.ts";

// The probe of adjustments asks with rows that Zuora refuses; the tenants that differ answer what Zuora would not.
wrongOnPurpose(/unknown field Coment|Status must|Amount must be number|required property 'Amount'|ReferenceId must/);
wrongOnPurpose(/unknown field items|createdById must/, "answer");

const { ops, run, tenant, inMode, system } = useLocalOps();

const stop = () => system().standIns.parameters.set(localNames.switchParameter, "off");

/** An account with a memo and two open invoices. */
const owed = (spec: Partial<MemoSpec> = {}): AccountRecord => {
  const now = Date.now() - 60_000;
  const account = addAccount(tenant().store, {}, now);
  addCreditMemo(tenant().store, account, { amount: "5.00", ...spec }, now);
  for (const amount of ["3.00", "4.00"]) addInvoice(tenant().store, account, { amount }, now);
  return account;
};

const probe = ({ AccountNumber }: AccountRecord) => ops("doctor", "--probe", "--account", AccountNumber);

const positions = () => ({
  memos: tenant().store.creditMemos.rows.map(({ unappliedAmount }) => unappliedAmount.toFixed(2)),
  invoices: tenant().store.invoices.rows.map(({ Balance }) => Balance.toFixed(2)),
});

type Handle = (request: TenantRequest) => TenantResponse;

/** Makes Zuora another one than is assumed: whatever it is asked and answers may be changed. */
const distort = (distortion: (request: TenantRequest, handle: Handle) => TenantResponse): void => {
  const whole = tenant();
  const handle = whole.handle.bind(whole);
  whole.handle = (request, now) => distortion(request, (each) => handle(each, now));
};

const isApply = ({ path, method }: TenantRequest): boolean => method === "PUT" && path.endsWith("/apply");

const amountsOf = ({ body }: TenantRequest): readonly string[] =>
  [...body.matchAll(/"amount":([\d.]+)/g)].map(([, amount = ""]) => amount);

/** Zuora takes an application for another one. */
const appliedAs = (isMeant: (request: TenantRequest) => boolean, change: (body: string) => string): void =>
  distort((request, handle) =>
    handle(isApply(request) && isMeant(request) ? { ...request, body: change(request.body) } : request),
  );

/** What is read differs from what is assumed. */
const read = (path: string, change: (body: string) => string): void =>
  distort((request, handle) => {
    const answer = handle(request);
    return request.path.includes(path) ? { ...answer, body: change(answer.body) } : answer;
  });

const faults: Readonly<Record<keyof typeof memoQuestions, () => void>> = {
  expand: () => read("/object-query/credit-memos", (body) => body.replaceAll('"creditMemoItems"', '"items"')),
  gone: () =>
    distort((request, handle) => {
      const answer = handle(request);
      return { ...answer, body: answer.body.replaceAll("53840040", "53840020") };
    }),
  above: () =>
    appliedAs(
      (request) => amountsOf(request).join() === "3.01",
      (body) => body.replace("3.01", "3.00"),
    ),
  together: () =>
    appliedAs(
      (request) => amountsOf(request).length === 2,
      (body) => body.replace(/,\{"invoiceId":"[^"]+","amount":4.01\}/, ""),
    ),
  withoutDate: () =>
    distort((request, handle) => {
      const isMeant = isApply(request) && amountsOf(request).join() === "0.01" && !/\/0{32}\//.test(request.path);
      return handle(isMeant ? { ...request, body: request.body.replace("0.01", "99.00") } : request);
    }),
  ourUser: () =>
    read("/object-query/credit-memos", (body) => body.replaceAll(/"createdById":"\w+"/g, '"createdById":"x"')),
  balance: () =>
    read("/object-query/credit-memos", (body) => body.replaceAll(/"appliedAmount":0\.01/g, '"appliedAmount":0.02')),
  unapplied: () => read("/object-query/credit-memos", (body) => body.replaceAll(/"amount":-0\.01/g, '"amount":0.01')),
};

const keyOf = (name: string): keyof typeof memoQuestions => name as keyof typeof memoQuestions;

describe("doctor --probe with credit memos", () => {
  beforeEach(async () => {
    await inMode("credit-memos");
    stop();
  });

  it("agrees with a tenant that is as assumed, and leaves no trace in its money", async () => {
    const account = owed();
    const before = positions();
    const { status, data, err } = await probe(account);
    expect(data.findings.filter(({ state }: Finding) => state !== "agrees")).toEqual([]);
    expect({ status, left: data.left }).toEqual({ status: 0, left: [] });
    expect(data.findings).toHaveLength(Object.keys(memoQuestions).length);
    expect(positions()).toEqual(before);
    expect(err).toContain(`ops settle ${account.AccountNumber} --again`);
  });

  it.each(Object.keys(faults).map(keyOf))("sees a tenant that differs: %s", async (name) => {
    const account = owed();
    const before = positions();
    faults[name]();
    const { status, data } = await probe(account);
    expect(data.findings.find(({ question }: Finding) => question === memoQuestions[name])).toMatchObject({
      state: "differs",
    });
    expect({ status, left: data.left }).toEqual({ status: 1, left: [] });
    expect(positions()).toEqual(before);
  });

  it("says exactly what is left where Zuora does not let it unapply", async () => {
    const account = owed();
    distort((request, handle) =>
      handle(request.path.endsWith("/unapply") ? { ...request, body: request.body.replace("0.01", "9.99") } : request),
    );
    const { status, data } = await probe(account);
    expect(status).toBe(1);
    expect(data.left).toContainEqual(expect.stringMatching(/^CM\d+ on INV\d+: /));
    expect(data.left).toContainEqual(expect.stringMatching(/^CM\d+: 4\.99 unapplied, was 5\.00$/));
  });

  it("records what Zuora answered, of nobody, in keeping with the contract", async () => {
    const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-"));
    const file = join(folder, "wire.jsonl");
    try {
      const account = owed({ amount: "5.37", billRunNumber: null });
      expect((await ops("doctor", "--probe", "--account", account.Id, "--record", file)).status).toBe(0);
      const text = await readFile(file, "utf8");
      for (const secret of [account.Id, account.AccountNumber, "@example", "5.37"]) expect(text).not.toContain(secret);
      const compared = compareRecording(text);
      expect([...compared.wrong.keys(), ...compared.unknown.keys()]).toEqual([]);
      expect(compared.exchanges).toBeGreaterThan(20);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("with one open invoice leaves out what needs two", async () => {
    const now = Date.now() - 60_000;
    const account = addAccount(tenant().store, {}, now);
    addCreditMemo(tenant().store, account, { amount: "5.00" }, now);
    addInvoice(tenant().store, account, { amount: "3.00" }, now);
    const { status, data } = await probe(account);
    expect(status).toBe(0);
    expect(data.findings.filter(({ state }: Finding) => state !== "agrees")).toMatchObject([
      { question: memoQuestions.together, state: "not tried" },
    ]);
  });

  it("refuses an account that cannot answer, and a memo that somebody excluded, and writes nothing", async () => {
    const excluded = owed({ excluded: true });
    const before = positions();
    expect((await probe(excluded)).status).toBe(2);
    const { status, err } = await probe(addAccount(tenant().store, {}));
    expect({ status, err }).toMatchObject({
      status: 2,
      err: expect.stringContaining("a posted credit memo with money left"),
    });
    expect({ positions: positions(), writes: system().zuora.limits.writes }).toEqual({ positions: before, writes: 0 });
  });
});

it("where both kinds of credit are, whatever the account allows is tried", async () => {
  await inMode("both");
  stop();
  const asked = async (account: AccountRecord): Promise<number> => (await probe(account)).data.findings.length;
  const ofMemos = Object.keys(memoQuestions).length;
  expect(await asked(owed())).toBe(ofMemos);
  const both = owed();
  addInvoice(tenant().store, both, { amount: "-5.00" });
  expect(await asked(both)).toBe(ofMemos + Object.keys(questions).length);
  const { out } = await run(["doctor", "--probe", "--account", both.Id], { json: false });
  expect(out).toContain("Everything was taken back.");
});
