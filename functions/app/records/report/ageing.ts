import { add, type Money, zero } from "../../../domain/money.ts";
import { byCurrency } from "../../../domain/money-by-currency.ts";
import type { StrandedCredit } from "../ports.ts";

const dayMs = 24 * 60 * 60_000;

const classes = [
  { name: "up to 30 days", days: 30 },
  { name: "31 to 90 days", days: 90 },
  { name: "91 to 180 days", days: 180 },
  { name: "181 to 365 days", days: 365 },
  { name: "more than a year", days: Number.POSITIVE_INFINITY },
] as const;

const unknownAge = "of unknown age";

export type AgeClass = {
  readonly currency: string;
  readonly age: string;
  readonly accounts: number;
  readonly amount: Money;
};

/** Stranded credit by how long it has been there, the youngest first. @param now epoch milliseconds */
export const ageingOf = (stranded: readonly StrandedCredit[], now: number): readonly AgeClass[] => {
  const ageOf = ({ since }: StrandedCredit) =>
    since === undefined ? unknownAge : (classes.find(({ days }) => now - since <= days * dayMs)?.name ?? unknownAge);
  return byCurrency(stranded).flatMap(([currency, own]) =>
    [...classes.map(({ name }) => name), unknownAge].flatMap((age) => {
      const aged = own.filter((each) => ageOf(each) === age);
      if (aged.length === 0) return [];
      return [
        { currency, age, accounts: aged.length, amount: aged.reduce((sum, { amount }) => add(sum, amount), zero) },
      ];
    }),
  );
};
