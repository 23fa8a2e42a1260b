import type { Store } from "./store.ts";
import { json, SentNumber, type TenantRequest, type TenantResponse } from "./wire.ts";
import { evaluate, project } from "./zoql/evaluate.ts";
import { parseQuery, type Query } from "./zoql/parse.ts";
import { QueryFault } from "./zoql/query-fault.ts";

type Cursor = { readonly query: Query; readonly rows: readonly object[]; next: number; usedAt: number };

const wsdlVersionDefault = 79;
const batchSizeMax = 2000;
const cursorLifeMs = 15 * 60_000;

const fault = (code: string, message: string): TenantResponse => json(400, { FaultCode: code, FaultMessage: message });

/** `action/query` and `action/queryMore`: pages of records that are as they are when the page is read. */
export class Queries {
  readonly #store: Store;
  readonly #turn: () => number;
  readonly #pageSizeMax: number;
  readonly #cursors = new Map<string, Cursor>();
  #count = 0;

  /** @param turn in [0, 1): where the order of a result begins, since no order is guaranteed */
  constructor(store: Store, turn: () => number, pageSizeMax = batchSizeMax) {
    this.#store = store;
    this.#turn = turn;
    this.#pageSizeMax = pageSizeMax;
  }

  query(body: Readonly<Record<string, unknown>>, { headers }: TenantRequest, now: number): TenantResponse {
    const { queryString } = body;
    if (typeof queryString !== "string") return fault("MALFORMED_QUERY", "queryString is required");
    const size = this.#pageSize(body);
    if (size === undefined) return fault("INVALID_VALUE", `batchSize is a whole number from 1 to ${batchSizeMax}`);
    try {
      const query = parseQuery(queryString, Number(headers["x-zuora-wsdl-version"] ?? wsdlVersionDefault));
      const rows = evaluate(this.#store, query, this.#turn());
      return this.#page({ query, rows, next: 0, usedAt: now }, size, now);
    } catch (error) {
      if (error instanceof QueryFault) return fault(error.code, error.message);
      throw error;
    }
  }

  queryMore(body: Readonly<Record<string, unknown>>, now: number): TenantResponse {
    const { queryLocator } = body;
    const size = this.#pageSize(body);
    if (size === undefined) return fault("INVALID_VALUE", `batchSize is a whole number from 1 to ${batchSizeMax}`);
    const cursor = typeof queryLocator === "string" ? this.#cursors.get(queryLocator) : undefined;
    if (cursor === undefined || now - cursor.usedAt > cursorLifeMs) {
      return fault("INVALID_QUERY_LOCATOR", "InvalidQueryLocatorFault: the query locator is invalid or has expired");
    }
    return this.#page({ ...cursor, usedAt: now }, size, now);
  }

  #pageSize({ conf }: Readonly<Record<string, unknown>>): number | undefined {
    const wanted = (conf as { batchSize?: unknown } | undefined)?.batchSize;
    if (wanted === undefined) return this.#pageSizeMax;
    const size = wanted instanceof SentNumber ? Number(wanted.text) : Number.NaN;
    const isAllowed = Number.isInteger(size) && size >= 1 && size <= batchSizeMax;
    return isAllowed ? Math.min(size, this.#pageSizeMax) : undefined;
  }

  #page(cursor: Cursor, size: number, now: number): TenantResponse {
    const end = cursor.next + size;
    const rows = cursor.rows.slice(cursor.next, end);
    const records = rows.map((row) => project(cursor.query, row));
    const done = end >= cursor.rows.length;
    const body = {
      size: cursor.rows.length,
      ...(records.length === 0 ? {} : { records }),
      done,
      ...(done ? {} : { queryLocator: this.#remember({ ...cursor, next: end, usedAt: now }) }),
    };
    return json(200, body, rows.length);
  }

  #remember(cursor: Cursor): string {
    this.#count += 1;
    const locator = `2c92-${this.#count}-${cursor.next}`;
    this.#cursors.set(locator, cursor);
    return locator;
  }
}
