import type { Money } from "../../../functions/domain/money.ts";
import { shuffled } from "../shuffled.ts";
import type { Store, Table } from "../store.ts";
import { dateTimeOf, numberOf } from "../wire.ts";
import { fieldValue } from "./derived.ts";
import { objects } from "./fields.ts";
import { satisfies } from "./matches.ts";
import type { Comparison, Query } from "./parse.ts";

type Row = object;

const tableOf = (store: Store, object: string): Table<Row> => {
  const tables: Readonly<Record<string, unknown>> = {
    Account: store.accounts,
    Invoice: store.invoices,
    InvoiceItem: store.invoiceItems,
    CreditBalanceAdjustment: store.adjustments,
    InvoiceAdjustment: store.invoiceAdjustments,
    InvoiceItemAdjustment: store.invoiceItemAdjustments,
    Payment: store.payments,
    BillRun: store.billRuns,
    Subscription: store.subscriptions,
  };
  return tables[object] as Table<Row>;
};

/**
 * The records that a query finds, in an order that nobody should rely on.
 *
 * @param turn in [0, 1): decides the order
 */
export const evaluate = (store: Store, { object, groups }: Query, turn: number): readonly Row[] => {
  const table = tableOf(store, object);
  const found =
    groups.length === 0 ? table.rows : [...new Set(groups.flatMap((group) => inGroup(store, object, group)))];
  return shuffled(found, turn);
};

const inGroup = (store: Store, object: string, group: readonly Comparison[]): readonly Row[] =>
  candidates(tableOf(store, object), group).filter((row) =>
    group.every((comparison) => satisfies(fieldValue(store, object, row, comparison.name), comparison)),
  );

/** The rows that an index finds, or all: a tenant may hold 100,000 accounts. */
const candidates = (table: Table<Row>, group: readonly Comparison[]): readonly Row[] => {
  for (const { name, operator, operand, isNegated } of group) {
    const isLookUp = operator === "=" && !isNegated && operand.type === "text" && table.isIndexed(name);
    if (isLookUp) return table.where(name, operand.text);
  }
  return table.rows;
};

/** A record as Zuora writes it: only the fields asked for, and null fields left out. */
export const project = (
  { store, timeZone }: { readonly store: Store; readonly timeZone: string },
  { object, fields }: Query,
  row: Row,
): Readonly<Record<string, unknown>> => {
  const record: Record<string, unknown> = {};
  for (const name of fields) {
    const value = fieldValue(store, object, row, name);
    if (value === undefined) continue;
    const type = objects[object]?.[name]?.type;
    if (type === "number") record[name] = numberOf(value as Money);
    else record[name] = type === "dateTime" ? dateTimeOf(timeZone, value as number) : value;
  }
  return record;
};
