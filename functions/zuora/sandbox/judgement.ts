import { fromDecimal, type Money } from "../../domain/money.ts";
import type { TrialRecord, TrialResult, TrialRow } from "./trial.ts";

/** What a probe saw, beside what this project assumes. */
export type Judged = { readonly state: "agrees" | "differs" | "not tried" | "unanswered"; readonly seen: string };

export const judged = (agrees: boolean, seen: string): Judged => ({ state: agrees ? "agrees" : "differs", seen });

/** @param code Zuora's code that is assumed; absent: any refusal will do */
export const judgeRefusal = (result: TrialResult | undefined, code?: string): Judged => {
  if (result === undefined) return { state: "unanswered", seen: "no result" };
  if ("adjustmentId" in result) return judged(false, "accepted");
  const { refusal } = result;
  return judged(code === undefined || refusal.code === code, `refused: ${refusal.text}`);
};

/** Another refusal of the same call would hide that the field was ignored. */
export const judgeMisspelt = (results: readonly TrialResult[]): Judged => {
  const [result] = results;
  const seen = judgeRefusal(result);
  if (result === undefined || "adjustmentId" in result) return seen;
  const { code, text } = result.refusal;
  return judged(code === "INVALID_FIELD" || /unrecogni[sz]ed field|unknown field/i.test(text), seen.seen);
};

/** @param moved what the credit balance gained over both requests */
export const judgeRepeat = (
  first: readonly TrialResult[],
  second: readonly TrialResult[],
  moved: Money,
  expected: Money,
): Judged => {
  const created = first.filter((result) => "adjustmentId" in result);
  if (created.length < first.length || created.length === 0) return { state: "unanswered", seen: "no row was created" };
  const isSame = JSON.stringify(first) === JSON.stringify(second);
  const answer = isSame ? "the same answer" : "another answer";
  return judged(isSame && moved.eq(expected), `${answer}; ${moved.toFixed()} moved by ${first.length} rows sent twice`);
};

/** A row that was created, with the id that Zuora gave it. */
export type Created = TrialRow & { readonly id: string };

export const judgeAmounts = (created: readonly Created[], records: readonly TrialRecord[]): Judged =>
  judgeEach(created, records, ({ amount }, record) => isSameAmount(amount, record.amount), "amount");

export const judgeSource = (created: readonly Created[], records: readonly TrialRecord[]): Judged =>
  judgeEach(
    created,
    records,
    ({ invoice }, { invoiceId, invoiceNumber, status }) =>
      status === "Canceled" && invoiceId === invoice.id && invoiceNumber === invoice.number,
    "source of a canceled one",
  );

export const judgeTypeAndReference = (
  created: readonly Created[],
  records: readonly TrialRecord[],
  runId: string,
): Judged =>
  judgeEach(
    created,
    records,
    ({ type }, record) => record.status === "Canceled" && record.type === type && record.reference === runId,
    "type and reference of a canceled one",
  );

export const judgeUpdatedDate = (before: string | undefined, after: string | undefined): Judged => {
  if (before === undefined || after === undefined) return { state: "unanswered", seen: "the invoice was not found" };
  const secondOf = (text: string) => Math.floor(Date.parse(text) / 1000);
  return judged(secondOf(after) > secondOf(before), `${before}, then ${after}`);
};

const judgeEach = (
  created: readonly Created[],
  records: readonly TrialRecord[],
  isAsAssumed: (created: Created, record: TrialRecord) => boolean,
  what: string,
): Judged => {
  if (created.length === 0) return { state: "unanswered", seen: "nothing was created" };
  const byId = new Map(records.map((record) => [record.id, record]));
  const asAssumed = created.filter((each) => {
    const record = byId.get(each.id);
    return record !== undefined && isAsAssumed(each, record);
  });
  return judged(asAssumed.length === created.length, `${what}: as assumed in ${asAssumed.length} of ${created.length}`);
};

const isSameAmount = (written: Money, text: string | undefined): boolean => {
  try {
    return text !== undefined && fromDecimal(text).eq(written);
  } catch {
    return false;
  }
};
