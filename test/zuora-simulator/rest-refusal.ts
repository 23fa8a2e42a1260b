import { json, type TenantRequest, type TenantResponse } from "./wire.ts";

/** From this version on, /v1 REST answers with honest statuses (Zuora: API upgrades). */
const honestSince = "2024-05-20";

/** Numeric codes end in their category (Zuora: Error codes); this is the status of each that is used here. */
const statusOfCategory: Readonly<Record<number, number>> = {
  10: 403,
  20: 400,
  21: 400,
  22: 400,
  27: 400,
  30: 400,
  40: 404,
  45: 415,
  50: 409,
  90: 400,
};

/** A refusal of the REST API: on HTTP 200 unless `Zuora-Version` asks for honest statuses. */
export const refuseRest = ({ headers }: TenantRequest, code: number, message: string): TenantResponse => {
  const version = headers["zuora-version"] ?? "";
  const isHonest = /^\d{4}-\d{2}-\d{2}$/.test(version) && version >= honestSince;
  const status = isHonest ? (statusOfCategory[code % 100] ?? 500) : 200;
  return json(status, { success: false, processId: "8CF944C78E50988F", reasons: [{ code, message }] });
};

/** What the simulator does not know of a query it refuses, although Zuora would ignore it: silence hides mistakes. */
export const refuseUnknownParameter = (
  request: TenantRequest,
  known: readonly string[],
): TenantResponse | undefined => {
  const { searchParams } = new URL(request.path, "http://tenant");
  const unknown = [...searchParams.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const code = request.path.startsWith("/object-query/") ? 50000027 : 50000021;
  return refuseRest(request, code, `Unknown query parameter: ${unknown}`);
};
