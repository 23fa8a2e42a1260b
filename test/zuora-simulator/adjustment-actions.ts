import {
  type AdjustmentRules,
  cancelAdjustment,
  creatableFields,
  createAdjustment,
  type Fields,
  type Refusal,
} from "./adjust.ts";
import type { AdjustmentRecord } from "./records.ts";
import type { Store } from "./store.ts";
import type { Tenant } from "./tenant.ts";
import { dateTimeOf, json, numberOf, type TenantResponse } from "./wire.ts";

const objectsMax = 50;

const isRefusal = (result: AdjustmentRecord | Refusal): result is Refusal => "code" in result;

const refused = ({ code, message }: Refusal) => ({ Success: false, Errors: [{ Code: code, Message: message }] });

const saved = (result: AdjustmentRecord | Refusal) =>
  isRefusal(result) ? refused(result) : { Success: true, Id: result.Id };

const unrecognised = (): TenantResponse => json(400, { message: "Error - unrecognised fields" });

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const hasOther = (known: ReadonlySet<string>) => (fields: Fields) =>
  Object.keys(fields).some((name) => !known.has(name));

/** `POST /v1/action/create`: up to 50 objects of one type, a result for each, in order; a fault refuses them all. */
export const actionCreate = (
  store: Store,
  body: Fields,
  rejectsUnknownFields: boolean,
  rules: AdjustmentRules,
): TenantResponse => {
  const { type, objects } = body;
  if (type !== "CreditBalanceAdjustment")
    return json(400, { FaultCode: "INVALID_TYPE", FaultMessage: `invalid type: ${type}` });
  if (!Array.isArray(objects) || objects.length === 0 || !objects.every(isFields)) {
    return json(400, { FaultCode: "MISSING_REQUIRED_VALUE", FaultMessage: "objects is a list of at least one object" });
  }
  if (objects.length > objectsMax) {
    return json(400, { FaultCode: "MAX_RECORDS_EXCEEDED", FaultMessage: `at most ${objectsMax} objects in a call` });
  }
  if (rejectsUnknownFields && objects.some(hasOther(creatableFields))) return unrecognised();
  const results = objects.map((fields) => saved(createAdjustment(store, fields, rules)));
  return json(200, results, objects.length);
};

/** `POST /v1/object/credit-balance-adjustment`: one adjustment; a refusal is an HTTP 400. */
export const objectCreate = (
  store: Store,
  fields: Fields,
  rejectsUnknownFields: boolean,
  rules: AdjustmentRules,
): TenantResponse => {
  if (rejectsUnknownFields && hasOther(creatableFields)(fields)) return unrecognised();
  const result = createAdjustment(store, fields, rules);
  return json(isRefusal(result) ? 400 : 200, saved(result), 1);
};

/** `GET /v1/object/credit-balance-adjustment/{id}`, all of it or only `fields`. */
export const objectRetrieve = ({ store, timeZone }: Tenant, id: string, fields: string | null): TenantResponse => {
  const adjustment = store.adjustments.one("Id", id);
  if (adjustment === undefined) return json(404, { records: {}, size: 0, done: true });
  const { Amount, CreatedDate, UpdatedDate, CancelledOn, ...rest } = adjustment;
  const dates = {
    CreatedDate: dateTimeOf(timeZone, CreatedDate),
    UpdatedDate: dateTimeOf(timeZone, UpdatedDate),
    ...(CancelledOn === undefined ? {} : { CancelledOn: dateTimeOf(timeZone, CancelledOn) }),
  };
  const wanted = fields?.split(",").map((name) => name.trim());
  const all = Object.entries({ ...rest, ...dates, Amount: numberOf(Amount) });
  return json(200, Object.fromEntries(all.filter(([name]) => wanted?.includes(name) ?? true)), 1);
};

const allowedValues: Readonly<Record<string, readonly string[]>> = {
  Status: ["Processed", "Canceled"],
  TransferredToAccounting: ["Processing", "Yes", "Error", "Ignore"],
};

const updatableFields = new Set(["ReasonCode", "Status", "TransferredToAccounting"]);

/** `PUT /v1/object/credit-balance-adjustment/{id}`: a change of status is the only change that moves value. */
export const objectUpdate = (
  store: Store,
  id: string,
  fields: Fields,
  rejectsUnknownFields: boolean,
  rules: AdjustmentRules,
): TenantResponse => {
  if (rejectsUnknownFields && hasOther(updatableFields)(fields)) return unrecognised();
  const result = update(store, id, fields, rules);
  return json(result === undefined ? 200 : 400, result === undefined ? { Success: true, Id: id } : refused(result), 1);
};

/** `POST /v1/action/update`: as the single update, up to 50 at once, each named by its `Id`. */
export const actionUpdate = (
  store: Store,
  body: Fields,
  rejectsUnknownFields: boolean,
  rules: AdjustmentRules,
): TenantResponse => {
  const { type, objects } = body;
  if (type !== "CreditBalanceAdjustment" || !Array.isArray(objects) || objects.length > objectsMax) {
    return json(400, { FaultCode: "INVALID_TYPE", FaultMessage: "expected up to 50 CreditBalanceAdjustment objects" });
  }
  const changes = objects.filter(isFields);
  if (rejectsUnknownFields && changes.some(hasOther(new Set([...updatableFields, "Id"])))) return unrecognised();
  const results = changes.map((fields) => {
    const id = String(fields["Id"]);
    const result = update(store, id, fields, rules);
    return result === undefined ? { Success: true, Id: id } : refused(result);
  });
  return json(200, results, results.length);
};

const update = (store: Store, id: string, fields: Fields, rules: AdjustmentRules): Refusal | undefined => {
  const adjustment = store.adjustments.one("Id", id);
  if (adjustment === undefined) return { code: "INVALID_ID", message: "The id is invalid." };
  for (const [name, allowed] of Object.entries(allowedValues)) {
    const value = fields[name];
    if (value !== undefined && !allowed.some((each) => each === value)) {
      return { code: "INVALID_VALUE", message: `The ${name} must be one of ${allowed.join(", ")}` };
    }
  }
  if (typeof fields["ReasonCode"] === "string") adjustment.ReasonCode = fields["ReasonCode"];
  const status = fields["Status"];
  if (status === undefined || status === adjustment.Status) return undefined;
  if (status === "Canceled") return cancelAdjustment(store, adjustment, rules);
  return { code: "INVALID_VALUE", message: "A canceled adjustment stays canceled." };
};
