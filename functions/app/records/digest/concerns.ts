import { count, countOwed } from "../count.ts";
import type { Explanation } from "../negatives-accounted-for.ts";
import { ageText } from "./age-text.ts";
import type { DigestFacts, FailedAccount } from "./digest-facts.ts";

/** Who can do something about it. */
export const people = ["engineer on call", "Zuora admin", "finance"] as const;

export type Who = (typeof people)[number];

/** What somebody has to look at. */
export type Concern = { readonly who: Who; readonly says: string };

const hourMs = 60 * 60_000;

/** As long as the alarm over unsettled invoices waits: what nothing holds is settled by then, or something is wrong. */
const waitMaxMs = 2 * hourMs;

/** No stage scans less often than that (`infra/settings-schema.ts`), and the nightly scan was an hour ago. */
const scanPatienceMs = 4 * hourMs;

/** What is not as it should be. None: all is well. Pure. */
export const concernsOf = (facts: DigestFacts): readonly Concern[] => [
  ...engineers(facts).map((says): Concern => ({ who: "engineer on call", says })),
  ...failures(facts),
  ...finance(facts).map((says): Concern => ({ who: "finance", says })),
];

const engineers = (facts: DigestFacts): readonly string[] => {
  const { position, lastScanAt, refusedScans, reports, whole } = facts;
  const { left, now } = whole;
  return [
    ...(position === "on" ? [] : [`the switch is ${position}, so nothing is settled`]),
    ...(lastScanAt === undefined ? ["no scan has completed yet"] : []),
    ...(lastScanAt !== undefined && now - lastScanAt > scanPatienceMs
      ? [`no scan has completed for ${ageText(now - lastScanAt)}`]
      : []),
    ...refusedScans.map((accounts) => `a scan of ${count(accounts, "account")} waits for a person's approval`),
    ...negative(facts),
    ...idle(facts),
    ...(left.unreadable > 0 ? [`${count(left.unreadable, "account")} could not be read`] : []),
    ...(left.planned < left.of ? [`only ${left.planned} of ${left.of} accounts were looked at`] : []),
    ...reports.flatMap(({ of, kept }) => ("failed" in kept ? [`the report of ${of} could not be kept`] : [])),
  ];
};

/** What nothing holds and Zuora tells no time of may be as old as anything. */
const isLate = (postedAt: number | undefined, now: number): boolean => now - (postedAt ?? 0) > waitMaxMs;

const negative = ({ whole: { left, now } }: DigestFacts): readonly string[] => {
  const invoicesOf = (explanation: Explanation, isMeant: (postedAt: number | undefined) => boolean = () => true) =>
    left.negative
      .filter((part) => part.explanation === explanation && isMeant(part.oldestPostedAt))
      .reduce((total, { invoices }) => total + invoices, 0);
  const waiting = invoicesOf("waiting", (postedAt) => isLate(postedAt, now));
  const unexplained = invoicesOf("unexplained");
  return [
    ...(waiting > 0 ? [`${countOwed(waiting, left.countsCreditMemos)} should have been settled by now`] : []),
    ...(unexplained > 0 ? [`${countOwed(unexplained, left.countsCreditMemos)} not settled, and nothing says why`] : []),
  ];
};

const idle = ({ whole: { left, now } }: DigestFacts): readonly string[] => {
  const late = left.idle.filter(({ postedAt }) => isLate(postedAt, now));
  return late.length === 0 ? [] : [`credit of ${count(late.length, "account")} should have been applied by now`];
};

/** Failures by whoever can end them: a period is opened by finance, a permission is given by the admin of Zuora. */
const failures = ({ failed }: DigestFacts): readonly Concern[] =>
  [...Map.groupBy(failed, whoMends)].map(([who, own]) => {
    const codes = [...new Set(own.map(({ code, zuoraCode }) => zuoraCode ?? code))].toSorted();
    return { who, says: `${count(own.length, "account")} failed (${codes.join(", ")})` };
  });

const whoMends = ({ code, zuoraCode }: FailedAccount): Who => {
  if (code === "ZUORA_ACCESS") return "Zuora admin";
  return zuoraCode === "ACCOUNTING_PERIOD_CLOSED" ? "finance" : "engineer on call";
};

const finance = ({ whole: { report }, mayBeCharged }: DigestFacts): readonly string[] => {
  const found = new Set(mayBeCharged.map(({ account }) => account)).size;
  return [
    ...(report.balances ? [] : ["the day does not balance"]),
    ...(found > 0 ? [`${count(found, "account")} may have been charged although the customer was owed money`] : []),
  ];
};
