/** What Zuora said when it said no, whichever of its envelopes carried it. */
export type Failure = {
  readonly status: number;
  /** Codes as text, in order: `50000040`, `LOCK_COMPETITION`, `SystemError`. Empty where there was none. */
  readonly codes: readonly string[];
  /** As it came: to be judged, and printed only through {@link legible}. */
  readonly message: string;
};

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Recognises a failure in an answer, also on HTTP 200, in every envelope that Zuora's APIs use: `success`/`Success`
 * false with `reasons` or `Errors`, SOAP-like faults in two spellings, `{code, message}`, a bare `{message}`,
 * `errors`, `errorMessage` and `error`. Undefined where the answer is no failure that it knows.
 *
 * @param body the parsed body; undefined where it was no JSON
 */
export const readFailure = (status: number, body: unknown): Failure | undefined => {
  const saysNo = isFields(body) && (hasFailureMark(body) || isBareMessage(body));
  if (status < 400 && !saysNo) return undefined;
  if (!isFields(body)) return { status, codes: [], message: `HTTP ${status}` };
  const details = detailsOf(body);
  const message = details.map((each) => each.message).find((text) => text !== "") ?? `HTTP ${status}`;
  return { status, codes: details.map((each) => each.code).filter((code) => code !== ""), message };
};

/** The codes and texts of one refused row, or of an envelope. */
const detailsOf = (body: Fields): readonly { readonly code: string; readonly message: string }[] => {
  const lists = [body["reasons"], body["Errors"], body["errors"]].flat();
  const nested = isFields(body["error"]) ? [body["error"]] : [];
  return [...lists, ...nested, body].filter(isFields).map((each) => ({
    code: textOf(
      each["code"] ?? each["Code"] ?? each["FaultCode"] ?? each["faultcode"] ?? oauthCode(each["error"]),
    ).replace(/^\w+:/, ""),
    message: textOf(
      each["message"] ??
        each["Message"] ??
        each["FaultMessage"] ??
        each["faultstring"] ??
        each["title"] ??
        each["errorMessage"] ??
        each["error_description"],
    ),
  }));
};

/** Why one row of a create was refused: every code, and the first text. Zuora sends a list of errors, or one alone. */
export const refusalOfRow = (errors: unknown): { readonly codes: readonly string[]; readonly message: string } => {
  const refusals = detailsOf({ Errors: Array.isArray(errors) ? errors : [errors ?? {}] });
  const codes = refusals.map(({ code }) => code).filter((code) => code !== "");
  return { codes, message: refusals.map((each) => each.message).find((text) => text !== "") ?? "no text" };
};

const hasFailureMark = (body: Fields): boolean =>
  isFalse(body["success"]) ||
  isFalse(body["Success"]) ||
  ["FaultCode", "faultcode", "errorMessage", "error"].some((name) => body[name] !== undefined && body[name] !== null) ||
  ["reasons", "Errors", "errors"].some((name) => Array.isArray(body[name]) && body[name].length > 0);

const isFalse = (value: unknown): boolean => value === false || value === "false";

const isBareMessage = (body: Fields): boolean =>
  typeof body["message"] === "string" &&
  Object.keys(body).every((name) => ["message", "code", "status", "path"].includes(name));

/** OAuth's own refusals say what is wrong in `error`; elsewhere that is the name of an HTTP status. */
const oauthCode = (value: unknown): string =>
  typeof value === "string" && /^(invalid_token|unauthorized)$/i.test(value) ? value.toLowerCase() : "";

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

const emailAddress = /[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+\.[^\s@"'<>(),;:]+/g;
const credential = /\b(bearer|token|secret|password)\b[\s:=]+\S+/gi;

/** Zuora's own words for people, cut short and without what must never be printed. */
export const legible = (text: string): string =>
  text
    .replaceAll(emailAddress, "[e-mail]")
    .replaceAll(credential, "[credential]")
    .replaceAll(/\s+/g, " ")
    .slice(0, 300);
