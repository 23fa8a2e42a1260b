import type { SettlementError } from "../../../domain/errors.ts";
import type { SweepEvent } from "../../events/event.ts";
import { countOwed } from "../count.ts";
import { type Concern, concernsOf, people, type Who } from "./concerns.ts";
import type { DigestFacts } from "./digest-facts.ts";
import { moneyOf, oldestOf, postedText, sections } from "./digest-sections.ts";
import { toldAgain } from "./told-again.ts";

export type Digest = {
  /** At most 100 characters of ASCII, as SNS demands of a subject. */
  readonly subject: string;
  readonly body: string;
  /** What is told again to those who listen to events. */
  readonly events: readonly SweepEvent[];
  /** What kept it from being whole; the mail says so, and an engineer is to hear of it as well. */
  readonly failure?: Error | undefined;
};

/**
 * Writes a day's summary for people who have no AWS login: account numbers and amounts, no names. It begins with one
 * line: that all is well, or what needs whom.
 */
export const writeDigest = (facts: DigestFacts): Digest => {
  const concerns = concernsOf(facts);
  return {
    subject: subject(facts.day, concerns),
    body: [concerns.length === 0 ? allIsWell(facts) : needs(concerns), "", ...sections(facts)].join("\n"),
    events: toldAgain(facts),
    failure: notKept(facts),
  };
};

/** What is sent where Zuora, or a setting, keeps the day from being told: nobody is to take silence for a good day. */
export const writeUnreadable = (day: string, error: SettlementError): Digest => {
  const who = error.code === "ZUORA_ACCESS" ? "Zuora admin" : "engineer on call";
  const says = `nothing could be read of how the system is (${[error.code, error.zuoraCode].filter(Boolean).join(" ")})`;
  const concerns = [{ who, says }] as const;
  return {
    subject: subject(day, concerns),
    body: [needs(concerns), "", "What was settled, held and left is not known:", `  ${error.message}`, ""].join("\n"),
    events: [],
    failure: error,
  };
};

const notKept = ({ reports }: DigestFacts): Error | undefined => {
  const failed = reports.flatMap(({ of, kept }) => ("failed" in kept ? [`${of} (${kept.failed})`] : []));
  return failed.length === 0 ? undefined : new Error(`reports that could not be kept: ${failed.join(", ")}`);
};

const subject = (day: string, concerns: readonly Concern[]): string =>
  `Credit sweep ${day}: ${concerns.length === 0 ? "all is well" : `needs ${wanted(concerns).join(", ")}`}`;

const wanted = (concerns: readonly Concern[]): readonly Who[] =>
  people.filter((who) => concerns.some((each) => each.who === who));

const needs = (concerns: readonly Concern[]): string =>
  wanted(concerns)
    .map((who) => {
      const own = concerns.filter((each) => each.who === who).map(({ says }) => says);
      return `Needs ${who === "finance" ? who : `the ${who}`}: ${own.join("; ")}.`;
    })
    .join(" ");

const allIsWell = ({ whole: { left, now } }: DigestFacts): string => {
  const held = left.negative.filter(({ explanation }) => explanation === "held");
  const invoices = held.reduce((total, each) => total + each.invoices, 0);
  if (invoices === 0) {
    const owed = left.countsCreditMemos ? "a negative invoice or a credit memo" : "a negative invoice";
    return `All is well: nothing is owed on ${owed} that should have been settled.`;
  }
  const oldest = oldestOf(held.map(({ oldestPostedAt }) => oldestPostedAt));
  const owed = `${countOwed(invoices, left.countsCreditMemos)} (${moneyOf(held)})`;
  return `All is well: everything is settled but ${owed} that your rules leave to people, ${postedText(oldest, now)}.`;
};
