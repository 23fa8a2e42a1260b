import type { AccountRecord } from "./records.ts";
import type { Store } from "./store.ts";
import { json, SentNumber, type TenantRequest, type TenantResponse } from "./wire.ts";
import { evaluate, project } from "./zoql/evaluate.ts";
import { type Dialect, parseQuery, type Query } from "./zoql/parse.ts";
import { QueryFault } from "./zoql/query-fault.ts";

type Cursor = { readonly query: Query; readonly rows: readonly object[]; readonly next: number; usedAt: number };

const wsdlVersionDefault = 79;
const batchSizeMax = 2000;
const cursorLifeMs = 15 * 60_000;

type Body = Readonly<Record<string, unknown>>;

const fault = (code: string, message: string): TenantResponse => json(400, { FaultCode: code, FaultMessage: message });

export type QueryOptions = {
  readonly timeZone: string;
  /** Rows per page, where it shall be less than Zuora's 2,000. */
  readonly pageSizeMax?: number | undefined;
  /** Every later page begins with the last row of the one before: paging is live, so rows may come twice. */
  readonly repeatsRows?: boolean | undefined;
  /**
   * Asked where rows that were read have left the result: whether as many others, these, slip past the reader, as they
   * do where pages are counted by what the result holds by then. Absent: they do not.
   */
  readonly skipsRows?: ((rows: readonly object[]) => boolean) | undefined;
  /** Whether the replica that answers has an account already; absent: it has all of them. */
  readonly showsAccount?: ((account: AccountRecord) => boolean) | undefined;
  /** In [0, 1): decides the order of each result, since none is guaranteed. */
  readonly turn: () => number;
};

/** `action/query` and `action/queryMore`: pages of records that are as they are when the page is read. */
export class Queries {
  readonly #store: Store;
  readonly #options: QueryOptions;
  readonly #cursors = new Map<string, Cursor>();
  #count = 0;

  constructor(store: Store, options: QueryOptions) {
    this.#store = store;
    this.#options = options;
  }

  query(body: Body, { headers }: TenantRequest, now: number): TenantResponse {
    const { queryString } = body;
    if (typeof queryString !== "string") return fault("MALFORMED_QUERY", "queryString is required");
    const size = this.#pageSize(body);
    if (size === undefined) return wrongBatchSize;
    const wsdlVersion = Number(headers["x-zuora-wsdl-version"] ?? wsdlVersionDefault);
    if (!(wsdlVersion >= 1)) return fault("INVALID_VERSION", "X-Zuora-WSDL-Version is a version number");
    const { timeZone } = this.#options;
    const { customFields, featureFields } = this.#store;
    const query = understood(queryString, { wsdlVersion, timeZone, customFields, featureFields });
    if (query instanceof QueryFault) return fault(query.code, query.message);
    const rows = this.#shown(query, evaluate(this.#store, query, this.#options.turn()));
    return this.#page({ query, rows, next: 0, usedAt: now }, size);
  }

  queryMore(body: Body, now: number): TenantResponse {
    const { queryLocator } = body;
    const size = this.#pageSize(body);
    if (size === undefined) return wrongBatchSize;
    const cursor = typeof queryLocator === "string" ? this.#cursors.get(queryLocator) : undefined;
    if (cursor === undefined || now - cursor.usedAt > cursorLifeMs) {
      return fault("INVALID_QUERY_LOCATOR", "InvalidQueryLocatorFault: the query locator is invalid or has expired");
    }
    cursor.usedAt = now;
    return this.#page({ ...cursor }, size);
  }

  #shown({ object }: Query, rows: readonly object[]): readonly object[] {
    const { showsAccount } = this.#options;
    if (object !== "Account" || showsAccount === undefined) return rows;
    return (rows as readonly AccountRecord[]).filter(showsAccount);
  }

  #pageSize({ conf }: Body): number | undefined {
    const { pageSizeMax = batchSizeMax } = this.#options;
    const wanted = (conf as { batchSize?: unknown } | undefined)?.batchSize;
    if (wanted === undefined) return pageSizeMax;
    const size = wanted instanceof SentNumber ? Number(wanted.text) : Number.NaN;
    const isAllowed = Number.isInteger(size) && size >= 1 && size <= batchSizeMax;
    return isAllowed ? Math.min(size, pageSizeMax) : undefined;
  }

  #page(cursor: Cursor, size: number): TenantResponse {
    const isRepeated = this.#options.repeatsRows === true && cursor.next > 0;
    const start = cursor.next + this.#leftBefore(cursor) - (isRepeated ? 1 : 0);
    const end = start + size + (isRepeated ? 1 : 0);
    const holder = { store: this.#store, timeZone: this.#options.timeZone };
    const records = cursor.rows.slice(start, end).map((row) => project(holder, cursor.query, row));
    const done = end >= cursor.rows.length;
    const body = {
      size: cursor.rows.length,
      ...(records.length === 0 ? {} : { records }),
      done,
      ...(done ? {} : { queryLocator: this.#remember({ ...cursor, next: end }) }),
    };
    return json(200, body, records.length);
  }

  /** How many of the rows that were read are in the result no more. */
  #leftBefore({ query, rows, next }: Cursor): number {
    const { skipsRows } = this.#options;
    if (skipsRows === undefined || next === 0) return 0;
    const now = new Set(evaluate(this.#store, query, 0).map(idOf));
    const left = rows.slice(0, next).filter((row) => !now.has(idOf(row))).length;
    return left > 0 && skipsRows(rows.slice(next, next + left)) ? left : 0;
  }

  #remember(cursor: Cursor): string {
    for (const [locator, { usedAt }] of this.#cursors) {
      if (cursor.usedAt - usedAt <= cursorLifeMs) break;
      this.#cursors.delete(locator);
    }
    this.#count += 1;
    const locator = `2c92c0f8simulated${this.#count}-${cursor.next}`;
    this.#cursors.set(locator, cursor);
    return locator;
  }
}

const idOf = (row: object): unknown => ("Id" in row ? row.Id : row);

const wrongBatchSize = fault("INVALID_VALUE", `batchSize is a whole number from 1 to ${batchSizeMax}`);

const understood = (queryString: string, dialect: Dialect): Query | QueryFault => {
  try {
    return parseQuery(queryString, dialect);
  } catch (error) {
    if (error instanceof QueryFault) return error;
    throw error;
  }
};
