import * as z from "zod";
import type { Check } from "./check.ts";
import type { ProbeAnswer } from "./probe.ts";

const created = z.object({ records: z.array(z.object({ CreatedDate: z.string() })).min(1) });

/** Zuora writes instants with the tenant's own offset; the configured zone must have the same one at that instant. */
export const judgeOffset = ({ body }: ProbeAnswer, timeZone: string): Check => {
  const name = "time zone";
  const todo = `compare ZUORA_TIME_ZONE with the tenant's zone under Administration: it decides what "today" is`;
  const text = created.safeParse(body).data?.records[0]?.CreatedDate ?? "";
  const offset = /([+-]\d{2}):?(\d{2})$/.exec(text);
  if (offset === null) return { name, state: "warn", says: `${timeZone}; Zuora's own cannot be told`, todo };
  const tenants = `${offset[1]}:${offset[2]}`;
  const configured = offsetIn(timeZone, Date.parse(text));
  return configured === tenants
    ? { name, state: "ok", says: `${timeZone} has Zuora's offset, ${tenants}` }
    : { name, state: "fail", says: `${timeZone} is at ${configured}, and Zuora writes ${tenants}`, todo };
};

const offsetIn = (timeZone: string, instant: number): string => {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(instant);
  const text = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  return /[+-]\d{2}:\d{2}/.exec(text)?.[0] ?? "+00:00";
};

const pendingRuns = z.object({
  paymentRuns: z
    .array(
      z.object({
        number: z.string().optional(),
        collectPayment: z.boolean().optional(),
        applyCreditBalance: z.boolean().optional(),
        targetDate: z.string().optional(),
        runDate: z.string().optional(),
      }),
    )
    .default([]),
});

/**
 * Runs that would charge despite credit: those that do not apply it first, and those that do but whose target date is
 * after the day of the run (Zuora: Apply credit balances).
 */
export const judgePaymentRuns = (body: unknown): Check => {
  const name = "payment runs";
  const parsed = pendingRuns.safeParse(body);
  if (!parsed.success)
    return { name, state: "warn", says: "not understood", todo: "look at the pending payment runs in Zuora" };
  const charging = parsed.data.paymentRuns.filter(
    ({ collectPayment, applyCreditBalance, targetDate, runDate }) =>
      collectPayment !== false &&
      (applyCreditBalance !== true || (targetDate ?? "") > (runDate ?? "9999").slice(0, 10)),
  );
  if (charging.length === 0) {
    return { name, state: "ok", says: `${parsed.data.paymentRuns.length} pending, none would charge despite credit` };
  }
  const numbers = charging.map(({ number }) => number ?? "one without a number").join(", ");
  return {
    name,
    state: "warn",
    says: `${charging.length} pending would charge although there is credit: ${numbers}`,
    todo: 'turn on "Apply Credit Balance" in them, with a target date not after the day of the run',
  };
};

const endedRuns = z.object({ paymentRuns: z.array(z.object({ updatedDate: z.string() })) });

/** Zuora's signs of `sort` run against habit: these were asked for newest first (Zuora: List payment runs). */
export const judgeOrder = (body: unknown): Check => {
  const name = "order of payment runs";
  const todo =
    "tell the maintainers: the watch on payment runs sees nothing on this tenant (docs/zuora-assumptions.md)";
  const days = endedRuns.safeParse(body).data?.paymentRuns.map(({ updatedDate }) => updatedDate);
  if (days === undefined) return { name, state: "warn", says: "not understood", todo };
  return days.every((day, index) => index === 0 || day <= (days[index - 1] ?? ""))
    ? { name, state: "ok", says: `newest first, as asked, among ${days.length} that ended` }
    : { name, state: "fail", says: "not newest first, which was asked", todo };
};
