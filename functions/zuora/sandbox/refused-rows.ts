import type { Money } from "../../domain/money.ts";
import { exactNumber } from "../http/answers/json.ts";
import type { SentRow } from "./trial.ts";

/** How a row that Zuora would create is made into one that it is assumed to refuse. */
export type RefusedRow = {
  readonly question: string;
  /** Zuora's code that is assumed; absent: any refusal will do. */
  readonly code?: string | undefined;
  /** @param unit the smallest amount of the currency, which the row has */
  readonly alter: (row: SentRow, unit: Money) => SentRow;
};

/** Rows that nobody sends but a probe, in the words of `docs/zuora-assumptions.md`. */
export const refusedRows = {
  places: {
    question: "An amount with more places than the currency is refused, not rounded",
    alter: (row, unit) => ({ ...row, Amount: exactNumber(unit.div(10) as Money) }),
  },
  quotes: {
    question: "`Amount` in quotes is refused",
    alter: (row, unit) => ({ ...row, Amount: unit.toFixed() }),
  },
  date: {
    question: "`AdjustmentDate` other than today is refused with `INVALID_VALUE`; its text",
    code: "INVALID_VALUE",
    alter: (row) => ({ ...row, AdjustmentDate: "2000-01-01" }),
  },
  reference: {
    question: "`ReferenceId` has at most 60 characters",
    alter: (row) => ({ ...row, ReferenceId: `${row["ReferenceId"]}`.padEnd(61, "x") }),
  },
  character: {
    question: "A character beyond the Basic Multilingual Plane refuses the row with `INVALID_VALUE`",
    code: "INVALID_VALUE",
    alter: (row) => ({ ...row, Comment: "probe \u{1F9EA}" }),
  },
  incomplete: {
    question: "Without source, amount or type: `MISSING_REQUIRED_VALUE`",
    code: "MISSING_REQUIRED_VALUE",
    alter: ({ Amount: _, ...row }) => row,
  },
} as const satisfies Readonly<Record<string, RefusedRow>>;
