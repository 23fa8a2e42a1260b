import type { ExplainedRevenue } from "../../app/revenue/explain-revenue.ts";
import type { Planned } from "../../app/settle/read-and-plan.ts";
import { SettlementError } from "../../domain/errors.ts";
import { negativeIn, planData, todayOf } from "./describe.ts";
import type { Look } from "./look.ts";
import { planText } from "./plan-text.ts";
import { revenueData, revenueText, revenueToday } from "./revenue-text.ts";

/** What is to be said of an account's dead letters as of now. */
export type Today = {
  /** In a few words. */
  readonly says: string;
  /** Owed to the customer, with its currency; empty where that is not the question. */
  readonly negative: string;
  /** In full, for programs, and for a terminal. */
  readonly data: object;
  readonly text: (look: Look) => string;
};

export const creditToday = (planned: Planned | SettlementError | undefined): Today => {
  const common = { says: todayOf(planned), negative: negativeIn(planned) };
  if (planned === undefined) return { ...common, data: {}, text: () => "names no account\n" };
  return planned instanceof SettlementError
    ? { ...common, data: {}, text: () => `${planned.message}\n` }
    : { ...common, data: { plan: planData(planned) }, text: (look) => planText(planned, look) };
};

export const revenueOfToday = (explained: ExplainedRevenue | SettlementError | undefined): Today => {
  if (explained === undefined) return { says: "not asked", negative: "", data: {}, text: () => "names no account\n" };
  return explained instanceof SettlementError
    ? { says: `cannot be planned: ${explained.code}`, negative: "", data: {}, text: () => `${explained.message}\n` }
    : {
        says: revenueToday(explained),
        negative: "",
        data: { revenue: revenueData(explained) },
        text: (look) => revenueText(explained, look),
      };
};
