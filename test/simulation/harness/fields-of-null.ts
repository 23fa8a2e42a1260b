import type { HttpRequest, HttpResponse } from "../../../functions/zuora/http/transport.ts";

/** Fields that a record need not have. */
const optional = ["Batch", "Comment", "Currency", "DueDate", "PostedDate", "ReferenceId", "SubscriptionNumber"];

/** What a saved row leaves out where it has nothing to say. */
const ofRow = { Id: null, Errors: null };

type RawJson = { rawJSON(text: string): unknown };

/** The same answer to an Action as a tenant gives it that writes null wherever Zuora's documents leave a field out. */
export const withFieldsOfNull = ({ path }: HttpRequest, response: HttpResponse): HttpResponse => {
  if (!path.startsWith("/v1/action/") || response.status !== 200) return response;
  const body = JSON.parse(response.body, keepNumbers) as Page | readonly object[];
  if (Array.isArray(body)) return { ...response, body: JSON.stringify(body.map((row) => ({ ...ofRow, ...row }))) };
  const { records, ...page } = body as Page;
  if (page.done === undefined) return response;
  const written = records?.map((record) => ({ ...nothing, ...record })) ?? null;
  return { ...response, body: JSON.stringify({ queryLocator: null, ...page, records: written }) };
};

type Page = { readonly records?: readonly object[]; readonly done?: boolean };

const nothing = Object.fromEntries(optional.map((name) => [name, null]));

const keepNumbers = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === "number" ? (JSON as unknown as RawJson).rawJSON(context?.source ?? String(value)) : value;
