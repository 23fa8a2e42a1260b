import { expect, it } from "vitest";
import { fromDecimal } from "../../../../functions/domain/money.ts";
import { createMemoApplications } from "../../../../functions/zuora/credit-memos/applications.ts";
import { json, page, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { connected, invocation } from "../fixtures.ts";

const start = Date.parse("2026-03-16T12:00:00Z");

const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

/** What our user applied so many seconds after the run began, by Zuora's clock. */
const appliedAt = (seconds: number) => ({
  id: `at ${seconds}`,
  accountId: "a",
  creditMemoId: "memo",
  invoiceId: "invoice",
  amount: 1,
  createdById: "0f0f",
  createdDate: at(seconds),
});

/** Those of the applications that a run of ten minutes made, where Zuora's clock is ahead of ours by so much. */
const ofTheRun = async (aheadSeconds: number, ...seconds: readonly number[]) => {
  const clock = new VirtualClock(start + 600_000);
  const date = { date: new Date(clock.now() + aheadSeconds * 1000).toUTCString() };
  const zuora = new ScriptedZuora(
    json(200, { data: seconds.map(appliedAt) }, date),
    json(200, { data: [] }, date),
    page([]),
  );
  zuora.tokens(() => json(200, { access_token: "token", scope: "user.0f0f" }));
  const { applications } = await createMemoApplications(connected(zuora, { clock }), invocation(), "UTC").ours(
    start,
    start + 600_000,
  );
  return applications.map(({ id }) => id);
};

it("what was applied from one instant to another is found, and nothing from before or after", async () => {
  expect(await ofTheRun(0, -1, 0, 600, 601)).toEqual(["at 0", "at 600"]);
});

it.each([
  ["behind ours, from its first", -50, [-51, -50, 0, 550], ["at -50", "at 0", "at 550"]],
  ["ahead of ours, to its last", 50, [0, 50, 650, 651], ["at 0", "at 50", "at 650"]],
])("a run's applications are found by a clock of Zuora's that is %s", async (_how, ahead, made, found) => {
  expect(await ofTheRun(ahead, ...made)).toEqual(found);
});

it("where the clocks are further apart, other runs would be among them: one line says what to do", async () => {
  await expect(ofTheRun(-61, 0)).rejects.toMatchObject({
    code: "BAD_CONFIG",
    message: expect.stringMatching(/clock is 61 s off Zuora's.*set this machine's clock$/),
  });
});

it("spells the address of credit memos as the stage does, for parts and for taking back", async () => {
  const zuora = new ScriptedZuora(json(200, { success: true, parts: [] }), json(200, { success: true, id: "memo" }));
  const applications = createMemoApplications(
    connected(zuora, { creditMemosPath: "creditmemos" }),
    invocation(),
    "UTC",
  );
  await applications.parts({ creditMemo: { id: "memo", number: "CM" } });
  const [creditMemo, invoice] = [
    { id: "memo", number: "CM" },
    { id: "invoice", number: "INV" },
  ];
  await applications.unapply({
    id: "application",
    accountId: "a",
    creditMemo,
    invoice,
    amount: fromDecimal("1"),
    createdAt: start,
  });
  expect(zuora.calls.map(({ path }) => path)).toEqual(["/v1/creditmemos/memo/parts", "/v1/creditmemos/memo/unapply"]);
});

it("payments that our user applied are among them, and are taken back at their own address", async () => {
  const clock = new VirtualClock(start + 600_000);
  const date = { date: new Date(clock.now()).toUTCString() };
  const row = { ...appliedAt(10), id: "of a payment", paymentId: "payment", applyAmount: 4.5 };
  const back = { ...row, id: "taken back", applyAmount: -1, createdDate: at(20) };
  const zuora = new ScriptedZuora(
    json(200, { data: [] }, date),
    json(200, { data: [{ ...row, payment: { paymentNumber: "P-00000026" } }, back] }, date),
    page([{ Id: "invoice", InvoiceNumber: "INV1" }]),
    json(200, { success: true, id: "payment", unappliedAmount: 4.5 }),
  );
  zuora.tokens(() => json(200, { access_token: "token", scope: "user.0f0f" }));
  const doors = createMemoApplications(connected(zuora, { clock }), invocation(), "UTC");
  const { applications, takenBack } = await doors.ours(start, start + 600_000);
  expect(applications).toMatchObject([
    { id: "of a payment", payment: { id: "payment", number: "P-00000026" }, invoice: { number: "INV1" } },
  ]);
  expect(takenBack).toMatchObject([{ payerId: "payment", invoiceId: "invoice" }]);
  for (const each of applications) await doors.unapply(each);
  expect(zuora.calls.at(-1)).toMatchObject({ method: "PUT", path: "/v1/payments/payment/unapply" });
});
