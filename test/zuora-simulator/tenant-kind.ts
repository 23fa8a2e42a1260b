import type { Mode } from "../../functions/domain/credit/mode.ts";
import { refuseRest } from "./rest-refusal.ts";
import type { Tenant } from "./tenant.ts";
import { json, parseSent, type TenantRequest, type TenantResponse } from "./wire.ts";

/** Without Invoice Settlement, with its Harmonization (and its switch), or with it alone. */
export type TenantKind = "legacy" | "harmonized-off" | "harmonized-on" | "settlement";

/** The kind of tenant that a mode is for. */
export const kindFor = (mode: Mode): TenantKind =>
  mode === "credit-balance" ? "legacy" : mode === "both" ? "harmonized-on" : "settlement";

const objectsOfAll = ["Account", "BillRun", "Invoice", "InvoiceItem", "Payment", "Subscription"];

const hasMemos = ({ kind }: Tenant): boolean => kind !== "legacy";

const hasCreditBalance = ({ kind }: Tenant): boolean => kind !== "settlement";

/** `GET /v1/describe`: the objects that the tenant has, in XML. */
export const describeTenant = (tenant: Tenant): TenantResponse => {
  const names = [
    ...objectsOfAll,
    ...(hasCreditBalance(tenant) ? ["CreditBalanceAdjustment"] : []),
    ...(hasMemos(tenant) ? ["CreditMemo", "CreditMemoItem"] : []),
  ];
  const objects = names.map((name) => `<object href="/v1/describe/${name}"><name>${name}</name></object>`);
  const body = `<?xml version="1.0" encoding="UTF-8"?><objects>${objects.join("")}</objects>`;
  return { status: 200, headers: { "content-type": "application/xml" }, body, rows: 1 };
};

/** A tenant without credit memos refuses every address of theirs; whether with this category is unknown. */
export const refusalOfKind = (tenant: Tenant, request: TenantRequest): TenantResponse | undefined => {
  const path = request.path.split("?")[0] ?? "";
  if (!hasMemos(tenant) && isOfSettlement(path)) {
    return refuseRest(
      request,
      50000010,
      "You do not have permission to access this resource. Invoice Settlement is not enabled.",
    );
  }
  if (!hasCreditBalance(tenant) && isAboutAdjustments(path, request)) {
    return json(400, { FaultCode: "INVALID_TYPE", FaultMessage: "invalid type: CreditBalanceAdjustment" });
  }
  return undefined;
};

/** Credit memos, and of payments what applies them: both came with Invoice Settlement. */
const isOfSettlement = (path: string): boolean =>
  /^\/(v1|object-query)\/credit-?memo(s|-items|-applications)(\/|$)/.test(path) || /^\/v1\/payments(\/|$)/.test(path);

const isAboutAdjustments = (path: string, { body }: TenantRequest): boolean => {
  if (path.startsWith("/v1/object/credit-balance-adjustment")) return true;
  if (!path.startsWith("/v1/action/")) return false;
  const sent = objectIn(body);
  return sent["type"] === "CreditBalanceAdjustment" || / from CreditBalanceAdjustment\b/.test(`${sent["queryString"]}`);
};

const objectIn = (body: string): Readonly<Record<string, unknown>> => {
  try {
    return Object(parseSent(body));
  } catch {
    return {};
  }
};
