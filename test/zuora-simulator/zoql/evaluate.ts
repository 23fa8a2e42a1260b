import { type Money, toDecimal } from "../../../functions/domain/money.ts";
import type { Value } from "../records.ts";
import type { Store, Table } from "../store.ts";
import { numberOf } from "../wire.ts";
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
    Payment: store.payments,
    BillRun: store.billRuns,
    Subscription: store.subscriptions,
  };
  return tables[object] as Table<Row>;
};

/** The value of a field; custom fields are looked up apart. */
const fieldValue = (row: Row, name: string): Value => {
  const fields = row as Readonly<Record<string, Value>> & { readonly custom?: Readonly<Record<string, string>> };
  return name.endsWith("__c") ? fields.custom?.[name] : fields[name];
};

/**
 * The records that a query finds, in an order that nobody should rely on.
 *
 * @param turn in [0, 1): where the order begins
 */
export const evaluate = (store: Store, { object, groups }: Query, turn: number): readonly Row[] => {
  const table = tableOf(store, object);
  const found = groups.length === 0 ? table.rows : [...new Set(groups.flatMap((group) => inGroup(table, group)))];
  const start = Math.floor(turn * found.length);
  return [...found.slice(start), ...found.slice(0, start)];
};

const inGroup = (table: Table<Row>, group: readonly Comparison[]): readonly Row[] => {
  const lookUp = group.find(({ name, operator, isNegated }) => table.isIndexed(name) && operator === "=" && !isNegated);
  const candidates = lookUp?.value ? table.where(lookUp.name, lookUp.value.text) : table.rows;
  return candidates.filter((row) => group.every((each) => satisfies(fieldValue(row, each.name), each)));
};

/** A record as Zuora writes it: only the fields asked for, and null fields left out. */
export const project = ({ object, fields }: Query, row: Row): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    fields
      .map((name) => [name, written(object, name, fieldValue(row, name))] as const)
      .filter(([, value]) => value !== undefined),
  );

const written = (object: string, name: string, value: Value): unknown => {
  if (value === undefined) return undefined;
  switch (objects[object]?.[name]?.type) {
    case "number":
      return numberOf(value as Money);
    case "dateTime":
      return new Date(value as number).toISOString().replace("Z", "+00:00");
    default:
      return typeof value === "object" ? toDecimal(value) : value;
  }
};
