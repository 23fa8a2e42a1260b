import type { AccountId } from "../../domain/account.ts";
import { SettlementError, settlementError } from "../../domain/errors.ts";
import { type HoldReason, holdOfAccount } from "../../domain/hold.ts";
import { type Money, sum } from "../../domain/money.ts";
import type { Policy } from "../../domain/policy.ts";
import { holdOf } from "../../domain/revenue/mirrored-pair.ts";
import { leftOpen } from "../../domain/revenue/netting.ts";
import { planRevenue, type RevenuePlan } from "../../domain/revenue/plan-revenue.ts";
import type { ChargeSum, RevenueHold } from "../../domain/revenue/revenue-hold.ts";
import type { RevenueSchedule } from "../../domain/revenue/schedule.ts";
import { slices } from "../slices.ts";
import { wasMovedByUs } from "./moved-by-us.ts";
import type { ItemisedPair, RevenueAccount, RevenueLedger } from "./ports.ts";

/** Where the revenue of a pair is, and what would be done about it now. */
export type ExplainedPair = {
  readonly pair: ItemisedPair;
  readonly plan: RevenuePlan;
  /** Of the original: what is in named periods. */
  readonly earned: Money;
  /** Of both sides together: what is in named periods. */
  readonly net: Money;
  /** What does not sum to zero, and what is left in Open-Ended. */
  readonly left: readonly ChargeSum[];
};

export type ExplainedRevenue = {
  readonly accountNumber: string;
  readonly heldAccount: HoldReason | undefined;
  readonly pairs: readonly ExplainedPair[];
  /** What could be a pair and is for people to decide, and what planning each pair leaves to them or to time. */
  readonly holds: readonly RevenueHold[];
};

/** Says where the revenue of accounts is and what would be done, ten accounts at a time. Writes nothing. */
export const explainRevenue = async (
  ledger: Omit<RevenueLedger, "distribute">,
  policy: Policy,
  ids: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, ExplainedRevenue | SettlementError>> => {
  const found = new Map<AccountId, ExplainedRevenue | SettlementError>();
  for (const batch of slices(ids, accountsPerRead)) {
    const read = await ledger.readAccounts(batch).catch(settlementError);
    for (const id of batch) {
      const account = read instanceof SettlementError ? read : read.get(id);
      if (account === undefined) throw new RangeError(`account ${id} was asked for and not answered`);
      const explained =
        account instanceof SettlementError ? account : await explain(ledger, policy, account).catch(settlementError);
      found.set(id, explained);
    }
  }
  return found;
};

/** As many accounts as the revenue pass reads at a time. */
const accountsPerRead = 10;

const explain = async (
  ledger: Omit<RevenueLedger, "distribute">,
  policy: Policy,
  { terms, pairs, holds }: RevenueAccount,
): Promise<ExplainedRevenue> => {
  const explained: ExplainedPair[] = [];
  for (const pair of pairs) {
    const items = await ledger.readSchedules(pair);
    const calendar = await ledger.calendar({ fresh: false });
    const [original, mirror] = [schedulesIn(items.original), schedulesIn(items.mirror)];
    const planned = planRevenue(pair, items, calendar, policy.revenueRules);
    const left = leftOpen([...original, ...mirror]);
    const isOurDoing =
      planned.steps.length + planned.holds.length === 0 && left.length > 0 && (await wasMovedByUs(ledger, pair, items));
    explained.push({
      pair,
      plan: isOurDoing ? { steps: [], holds: [holdOf(pair, "revenue-not-mirrored", left)] } : planned,
      earned: sum(original.flatMap(amountsOf)),
      net: sum([...original, ...mirror].flatMap(amountsOf)),
      left,
    });
  }
  return {
    accountNumber: terms.number,
    heldAccount: pairs.length + holds.length > 0 ? holdOfAccount(terms, policy) : undefined,
    pairs: explained,
    holds: [...holds, ...explained.flatMap(({ plan }) => plan.holds)],
  };
};

const schedulesIn = (side: ReadonlyMap<string, RevenueSchedule | undefined>): readonly RevenueSchedule[] =>
  [...side.values()].flatMap((schedule) => schedule ?? []);

const amountsOf = ({ distributed }: RevenueSchedule): readonly Money[] => distributed.map(({ amount }) => amount);
