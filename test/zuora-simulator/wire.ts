import { type Money, toDecimal } from "../../functions/domain/money.ts";
import { clockTime, offsetOf } from "./clock-time.ts";

/** A request as the tenant sees it: header names in lower case, the path with its query. */
export type TenantRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

/** An answer, with the number of rows that were read or written for it: that is what takes a tenant its time. */
export type TenantResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly rows: number;
};

type RawJson = {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
};

const raw = JSON as unknown as RawJson;

/**
 * A number of a request, with the digits that were sent. A text in quotes is no number, and Zuora refuses it as one.
 */
export class SentNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Parses a request's JSON, keeping the digits of numbers. */
export const parseSent = (text: string): unknown =>
  raw.parse(text, (_key, value, context) =>
    typeof value === "number" ? new SentNumber(context.source ?? String(value)) : value,
  );

/** A number in an answer, with all its digits. */
export const numberOf = (amount: Money): unknown => raw.rawJSON(toDecimal(amount));

/** A dateTime of Actions and CRUD: the tenant's zone, with milliseconds and an offset. */
export const dateTimeOf = (timeZone: string, epochMs: number): string => {
  const milliseconds = String(epochMs % 1000).padStart(3, "0");
  return `${clockTime(timeZone, epochMs)}.${milliseconds}${offsetOf(timeZone, epochMs)}`;
};

/** A dateTime of plain REST: the tenant's zone, and no word of it. */
export const localDateTimeOf = (timeZone: string, epochMs: number): string =>
  clockTime(timeZone, epochMs).replace("T", " ");

/** A dateTime of Object Query: the tenant's zone with its offset, `Z` for none, and no milliseconds. */
export const objectQueryDateTimeOf = (timeZone: string, epochMs: number): string =>
  `${clockTime(timeZone, epochMs)}${offsetOf(timeZone, epochMs).replace("+00:00", "Z")}`;

export const json = (status: number, body: unknown, rows = 0): TenantResponse => ({
  status,
  headers: { "content-type": "application/json;charset=utf-8" },
  body: JSON.stringify(body),
  rows,
});
