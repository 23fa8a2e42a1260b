import { count } from "../../app/records/count.ts";
import type { ExplainedInvoice } from "../../app/records/negatives-accounted-for.ts";
import { countsOf, partsOf } from "../../app/records/negatives-accounted-for.ts";
import type { Status } from "../../app/status.ts";
import { formatMoney, unknownCurrency } from "../../domain/currency.ts";
import type { Money } from "../../domain/money.ts";
import { writeDuration } from "./duration.ts";
import { type Look, paint } from "./look.ts";
import { table } from "./table.ts";

/** Accounts that are named one by one; `--json` has them all. */
const namesMax = 10;

/** The status as it is shown: amounts as text with the currency's own places. */
export const statusData = (status: Status, system: string) => ({
  system,
  switch: status.position,
  lastScanAt: isoOrNull(status.lastScanAt),
  refusedScans: status.refusedScans,
  workQueue: status.work,
  deadLetters: deadLettersData(status.deadLetters),
  ...(status.revenue === undefined
    ? {}
    : { revenue: { workQueue: status.revenue.work, deadLetters: status.revenue.deadLetters } }),
  negative: {
    invoices: status.negative.length,
    ...countsOf(status.negative),
    parts: partsOf(status.negative).map(({ explanation, currency, invoices, amount, oldestPostedAt }) => ({
      explanation,
      ...readMoney(amount, currency),
      invoices,
      oldestPostedAt: isoOrNull(oldestPostedAt),
    })),
    inNobodysHands: status.negative.filter(({ explanation }) => explanation === "unexplained").map(invoiceData),
  },
  chargingRuns: status.chargingRuns.map(({ number, beganAt }) => ({
    number: number ?? null,
    beganAt: isoOrNull(beganAt),
  })),
  nextPaymentRun:
    status.nextPaymentRun === undefined
      ? null
      : {
          number: status.nextPaymentRun.number ?? null,
          startsAt: isoOrNull(status.nextPaymentRun.startsAt),
          wouldCharge: status.nextPaymentRun.wouldCharge,
        },
});

/** The status for a person. */
export const statusText = (status: Status, now: number, look: Look): string =>
  [
    `Switch        ${status.position === "on" ? "on" : paint(look, "bad", status.position)}\n`,
    `Last scan     ${lastScanText(status, now)}\n`,
    ...status.refusedScans.map(({ runId, accounts }) =>
      paint(look, "bad", `Refused       ${count(accounts, "account")}, until somebody says: scan --approve ${runId}\n`),
    ),
    `Work queue    ${status.work.visible} waiting, ${status.work.hidden} in flight or backing off\n`,
    `Dead letters  ${deadLettersText(status, now)}\n`,
    ...revenueLine(status, look),
    ...status.chargingRuns.map(({ number = "without a number" }) =>
      paint(look, "warn", `Charging now  payment run ${number}; what it may charge gets no credit until it ends\n`),
    ),
    `Next payment  ${paymentRunText(status, now, look)}\n`,
    `\n${negativeText(status, now, look)}`,
  ].join("");

const revenueLine = ({ revenue }: Status, look: Look): readonly string[] => {
  if (revenue === undefined) return [];
  const letters = revenue.deadLetters.visible + revenue.deadLetters.hidden;
  const setAside = letters === 0 ? "no dead letters" : paint(look, "bad", count(letters, "dead letter"));
  return [`Revenue       ${revenue.work.visible + revenue.work.hidden} waiting, ${setAside}\n`];
};

const negativeText = ({ negative, countsCreditMemos }: Status, now: number, look: Look): string => {
  if (negative.length === 0) {
    return countsCreditMemos
      ? "No invoice is negative in Zuora, and no credit memo is left beside an open one.\n"
      : "No invoice is negative in Zuora.\n";
  }
  const { held, deadLettered, waiting, unexplained, unread } = countsOf(negative);
  const sum = [
    `${negative.length} ${countsCreditMemos ? "negative invoices and credit memos" : "negative"} = ${held} held`,
    `${deadLettered} dead-lettered`,
    `${waiting} waiting`,
    paint(look, unexplained > 0 ? "bad" : "good", `${unexplained} unexplained`),
    ...(unread > 0 ? [paint(look, "warn", `${unread} not read`)] : []),
  ].join(" + ");
  const rows = partsOf(negative).map(({ explanation, currency, invoices, amount, oldestPostedAt }) => [
    explanation === "unread" ? "not read" : explanation,
    readMoney(amount, currency).currency ?? unreadable,
    String(invoices),
    readMoney(amount, currency).amount ?? unreadable,
    oldestPostedAt === undefined ? "" : writeDuration(now - oldestPostedAt),
  ]);
  const head = ["Why", "Currency", "Invoices", "Amount", "Oldest"];
  return [
    `${sum}\n\n`,
    table(head, rows, ["Invoices", "Amount", "Oldest"], look),
    unexplained > 0 ? `\n${unexplainedText(negative, look)}` : "",
    unread > 0
      ? "\nNot read: Zuora did not answer for them, or they are beyond the first; --all reads them all.\n"
      : "",
  ].join("");
};

const unexplainedText = (negative: readonly ExplainedInvoice[], look: Look): string => {
  const own = negative.filter(({ explanation }) => explanation === "unexplained");
  const rows = own
    .slice(0, namesMax)
    .map(({ accountNumber, accountId, invoiceNumber, invoiceId, amount, currency }) => [
      accountNumber ?? accountId,
      invoiceNumber ?? invoiceId,
      readMoney(amount, currency).amount ?? unreadable,
      readMoney(amount, currency).currency ?? unreadable,
    ]);
  return [
    paint(look, "bad", "NOBODY SETTLES THESE: not held, not dead-lettered, and in no queue. Ask: explain ACCOUNT\n"),
    table(["Account", "Invoice", "Amount", "Currency"], rows, ["Amount"], look),
    own.length > namesMax ? `and ${own.length - namesMax} more; --json has them all\n` : "",
  ].join("");
};

const paymentRunText = ({ nextPaymentRun }: Status, now: number, look: Look): string => {
  if (nextPaymentRun === undefined) return "none is planned";
  const { number = "without a number", startsAt, wouldCharge } = nextPaymentRun;
  const when = `${number} at ${iso(startsAt)}, in ${writeDuration(startsAt - now)}`;
  if (wouldCharge.length === 0) return `${when}; it would charge nobody who has credit`;
  return paint(
    look,
    "warn",
    `${when}; it could charge ${count(wouldCharge.length, "account")} although credit is there`,
  );
};

const lastScanText = ({ lastScanAt }: Status, now: number): string =>
  lastScanAt === undefined
    ? "none completed: the next one looks at everything"
    : `${iso(lastScanAt)}, ${writeDuration(now - lastScanAt)} ago`;

const deadLettersData = ({ visible, hidden, problems }: Status["deadLetters"]) => ({
  visible,
  hidden,
  ...(problems.length === 0
    ? {}
    : {
        accounts: problems.length,
        byCode: countedBy(problems.map(({ code }) => code)),
        oldest: problems.map(({ since }) => since).toSorted()[0] ?? null,
      }),
});

const deadLettersText = ({ deadLetters }: Status, now: number): string => {
  const { visible, hidden, accounts, byCode = {}, oldest } = deadLettersData(deadLetters);
  if (visible + hidden === 0) return "none";
  const messages = count(visible + hidden, "message");
  if (accounts === undefined) return hidden === 0 ? messages : `${messages}, ${hidden} of them being looked at`;
  const counts = Object.entries(byCode).map(([code, own]) => `${own} ${code}`);
  const age = typeof oldest !== "string" ? "" : `, the oldest for ${writeDuration(now - Date.parse(oldest))}`;
  return `${messages} of ${count(accounts, "account")} (${counts.join(", ")})${age}`;
};

const countedBy = (codes: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, own]) => [code, own.length]));

const invoiceData = (each: ExplainedInvoice) => ({
  accountId: each.accountId,
  accountNumber: each.accountNumber ?? null,
  invoiceId: each.invoiceId,
  invoiceNumber: each.invoiceNumber ?? null,
  ...readMoney(each.amount, each.currency),
  postedAt: isoOrNull(each.postedAt),
});

/** What could not be read is not nought. */
const readMoney = (amount: Money, currency: string) =>
  currency === unknownCurrency ? { currency: null, amount: null } : { currency, amount: formatMoney(amount, currency) };

const unreadable = "unreadable";

const iso = (epochMs: number): string => new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, "Z");

const isoOrNull = (epochMs: number | undefined): string | null =>
  epochMs === undefined ? null : new Date(epochMs).toISOString();
