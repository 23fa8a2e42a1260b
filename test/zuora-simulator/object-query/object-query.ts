import type { Money } from "../../../functions/domain/money.ts";
import type { Value } from "../records.ts";
import { refuseRest } from "../rest-refusal.ts";
import type { Tenant } from "../tenant.ts";
import { json, numberOf, objectQueryDateTimeOf, type TenantRequest, type TenantResponse } from "../wire.ts";
import { compareValues, type Filter, filterable, filterOf, ParameterFault } from "./filter.ts";
import { type Attribute, type Resource, resourcesOf } from "./resources.ts";

const pageSizeDefault = 10;
const pageSizeMax = 99;

export const objectQueryParameters: readonly string[] = [
  "pageSize",
  "cursor",
  "filter[]",
  "expand[]",
  "sort[]",
  "fields[]",
  "includeNullFields",
];

/** The category of a bad parameter is 27, since 2025-08-12; before the last two digits, the resource is unknown. */
const badParameter = 50000027;

/**
 * `GET /object-query/{resource}`: filters that are AND-ed, one sort field, pages by cursor (Zuora: Object queries).
 * Undefined where there is no such resource.
 */
export const objectQuery = ({ store, timeZone }: Tenant, request: TenantRequest): TenantResponse | undefined => {
  const url = new URL(request.path, "http://tenant");
  const name = url.pathname.slice("/object-query/".length);
  const resources = resourcesOf(store);
  const resource = resources[name];
  if (resource === undefined) return undefined;
  try {
    const { data, nextPage } = pageOf({ resources, timeZone }, resource, url.searchParams);
    const next = nextPage ?? (includesNulls(url.searchParams) ? null : undefined);
    return json(200, { ...(next === undefined ? {} : { nextPage: next }), data }, data.length);
  } catch (error) {
    if (error instanceof ParameterFault) return refuseRest(request, badParameter, error.message);
    throw error;
  }
};

/** What answers are written with. */
type Writer = { readonly resources: Readonly<Record<string, Resource>>; readonly timeZone: string };

/** With null fields, the last page says that it has no next one. */
const includesNulls = (query: URLSearchParams): boolean => {
  const text = query.get("includeNullFields") ?? "false";
  if (text === "true" || text === "false") return text === "true";
  throw new ParameterFault("includeNullFields is true or false");
};

const pageOf = (writer: Writer, resource: Resource, query: URLSearchParams) => {
  const size = pageSizeOf(query);
  const filters = query.getAll("filter[]").map((text) => filterOf(resource, text));
  if (resource.mustFilter && filters.length === 0) throw new ParameterFault("A filter is required");
  wantedFields(resource, query);
  const order = orderOf(resource, query.getAll("sort[]"));
  const rows = found(resource, filters).sort(order);
  const start = startOf(rows, query.get("cursor"));
  const shown = rows.slice(start, start + size);
  const last = shown.at(-1);
  const data = shown.map((row) => written(writer, resource, row, query, size));
  return { data, nextPage: start + size < rows.length && last !== undefined ? cursorOf(last) : undefined };
};

/** In lower case; none where all are wanted. */
const wantedFields = ({ attributes }: Resource, query: URLSearchParams): readonly string[] => {
  const wanted = query.getAll("fields[]").flatMap((text) => text.toLowerCase().split(","));
  const known = new Set(Object.keys(attributes).map((name) => name.toLowerCase()));
  const unknown = wanted.find((name) => !known.has(name));
  if (unknown === undefined) return wanted;
  throw new ParameterFault(`The field '${unknown}' does not exist`);
};

const pageSizeOf = (query: URLSearchParams): number => {
  const text = query.get("pageSize") ?? String(pageSizeDefault);
  const size = /^\d+$/.test(text) ? Number(text) : 0;
  if (size >= 1 && size <= pageSizeMax) return size;
  throw new ParameterFault(`pageSize is a whole number from 1 to ${pageSizeMax}`);
};

const found = ({ table, indexed }: Resource, filters: readonly Filter[]): object[] => {
  const lookUp = filters.find(({ name, among }) => among !== undefined && indexed[name] !== undefined);
  const candidates =
    lookUp === undefined
      ? table.rows
      : [...new Set(lookUp.among)].flatMap((key) => table.where(indexed[lookUp.name] ?? "", key));
  return candidates.filter((row) => filters.every(({ matches }) => matches(row)));
};

const orderOf = (resource: Resource, sorts: readonly string[]) => {
  if (sorts.length > 1) throw new ParameterFault("Only one sort field is supported");
  const byId = (a: object, b: object) => compareValues("text", idOf(a), idOf(b));
  const [sort] = sorts;
  if (sort === undefined) return byId;
  const [, name = "", direction] = /^([^.]+)\.(ASC|DESC)$/.exec(sort) ?? [];
  if (direction === undefined) throw new ParameterFault(`Invalid sort: ${sort}`);
  const { kind, of } = filterable(resource, name);
  const sign = direction === "ASC" ? 1 : -1;
  return (a: object, b: object) => sign * compareValues(kind, of(a), of(b)) || byId(a, b);
};

/** Pages are live: the next one begins after the row that ended this one, wherever that is by then. */
const cursorOf = (row: object): string => Buffer.from(idOf(row)).toString("base64url");

const startOf = (rows: readonly object[], cursor: string | null): number => {
  if (cursor === null) return 0;
  const id = Buffer.from(cursor, "base64url").toString();
  const index = rows.findIndex((row) => idOf(row) === id);
  if (index === -1) throw new ParameterFault("The cursor is invalid");
  return index + 1;
};

const idOf = (row: object): string => {
  const { Id, id } = row as { readonly Id?: string; readonly id?: string };
  return Id ?? id ?? "";
};

const written = (
  writer: Writer,
  resource: Resource,
  row: object,
  query: URLSearchParams,
  size: number,
): Readonly<Record<string, unknown>> => {
  const wanted = wantedFields(resource, query);
  const nulls = includesNulls(query);
  const record = plain(writer, resource, row, wanted, nulls);
  for (const name of query.getAll("expand[]")) {
    const expand = resource.expandable[name.toLowerCase()];
    if (expand === undefined) throw new ParameterFault(`The object cannot be expanded by '${name}'`);
    const { name: property, rows } = expand(row);
    const other = writer.resources[rows.resource];
    if (other === undefined || rows.found === undefined) continue;
    // Children are cut at the page size; one record stands alone.
    record[property] = Array.isArray(rows.found)
      ? rows.found.slice(0, size).map((each: object) => plain(writer, other, each, [], nulls))
      : plain(writer, other, rows.found, [], nulls);
  }
  return record;
};

const plain = (
  { timeZone }: Writer,
  { attributes }: Resource,
  row: object,
  wanted: readonly string[],
  includesNull: boolean,
) => {
  const record: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    if (wanted.length > 0 && !wanted.includes(name.toLowerCase())) continue;
    const value = attribute.of(row);
    if (value !== undefined) record[name] = writtenValue(timeZone, attribute, value);
    else if (includesNull) record[name] = null;
  }
  return record;
};

const writtenValue = (timeZone: string, { kind }: Attribute, value: Exclude<Value, undefined>): unknown => {
  if (kind === "number") return numberOf(value as Money);
  return kind === "dateTime" ? objectQueryDateTimeOf(timeZone, value as number) : value;
};
