import * as z from "zod";
import type { LocalDate } from "../../domain/account.ts";
import { localDateIn } from "../../domain/local-time.ts";
import { fromDecimal, type Money } from "../../domain/money.ts";

/** An amount as its source text; JSON numbers arrive as text, see `json.ts`. */
export const amount = z.string().transform((text, context): Money => {
  try {
    return fromDecimal(text);
  } catch {
    context.addIssue({ code: "custom", message: "expected a decimal amount of at most 9 places" });
    return z.NEVER;
  }
});

/** A day; some versions of the API write it with a time behind it, which says nothing. */
export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}/, "expected a date YYYY-MM-DD")
  .transform((text) => text.slice(0, 10));

export const id = z.string().min(1).max(64);

// Narrow on purpose: only what settlement looks at, so that a new field of Zuora's is no event here.
/** What the scan must know of a record; amounts it can do without, since the processor reads the account afresh. */
export const reference = z.object({ Id: id, AccountId: id });

export const accountReference = z.object({ Id: id });

/** Where a record of the scan does not name what it must, the text is empty: whoever counts says so. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Which field was wrong and what was expected. Never what came: it may be a name or an address. */
export const contractProblem = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`)
    .join("; ");

/** A dateTime that carries its offset, in epoch milliseconds; undefined for everything else, a bare day included. */
export const instantOf = (text: unknown): number | undefined => {
  if (typeof text !== "string" || !/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return undefined;
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : epochMs;
};

/** The day of a date or a dateTime in the tenant's time zone. */
export const localDayOf = (dateTime: string, timeZone: string): LocalDate => {
  const instant = dateTime.length > 10 ? Date.parse(dateTime) : Number.NaN;
  return Number.isNaN(instant) ? dateTime.slice(0, 10) : localDateIn(timeZone, instant);
};

/** A dateTime that must carry its offset, as epoch milliseconds. */
export const instant = z.string().transform((text, context): number => {
  const epochMs = instantOf(text);
  if (epochMs !== undefined) return epochMs;
  context.addIssue({ code: "custom", message: "expected a dateTime with its offset" });
  return z.NEVER;
});

/** Custom fields hold text; people write the same answer in several ways, blanks included. */
export const saysYes = (value: unknown): boolean => /^(true|yes|y|1)$/i.test(String(value ?? "").trim());
