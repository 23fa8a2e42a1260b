import { type Command, Option } from "@commander-js/extra-typings";
import {
  type ReadStandings,
  type Standing,
  standingAs,
  standingsOfCredit,
} from "../../../app/dead-letters/standing.ts";
import { explainRevenue } from "../../../app/revenue/explain-revenue.ts";
import { standingsOfRevenue } from "../../../app/revenue/revenue-standing.ts";
import type { AccountId } from "../../../domain/account.ts";
import type { CommandContext } from "../../command.ts";
import { UsageError } from "../../exit-code.ts";
import { creditToday, revenueOfToday, type Today } from "../../text/today.ts";

/** Whose dead letters: of settling credit, or of the revenue pass, which has queues of its own. */
const kinds = ["credit", "revenue"] as const;

export type Kind = (typeof kinds)[number];

export type KindFlags = { readonly kind: Kind };

export const withKind = <Args extends unknown[], Opts extends Record<string, unknown>>(command: Command<Args, Opts>) =>
  command.addOption(
    new Option("--kind <KIND>", "whose: of credit, or of revenue").choices(kinds).default("credit" as const),
  );

/**
 * The same system with the queues of a kind.
 *
 * @throws {UsageError} where the system's policy does not look at revenue
 */
export const ofKind = (context: CommandContext, kind: Kind): CommandContext => {
  if (kind === "credit") return context;
  const { deadLetters, workQueue } = revenueIn(context);
  return { ...context, system: { ...context.system, deadLetters, workQueue } };
};

/** What is to be said of accounts as of now. */
export const todayOfKind = async (
  context: CommandContext,
  kind: Kind,
  ids: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, Today>> => {
  const { assess, policy } = context.system;
  return kind === "credit"
    ? mapped(await assess(ids), creditToday)
    : mapped(await explainRevenue(revenueIn(context).ledger, policy, ids), revenueOfToday);
};

/** How accounts stand as of now. */
export const standingsOfKind = (context: CommandContext, kind: Kind): ReadStandings => {
  const { assess, policy } = context.system;
  return kind === "credit" ? standingsOfCredit(assess) : standingsOfRevenue(revenueIn(context).ledger, policy);
};

/**
 * Those of the accounts whose letters say nothing any more. A pair of which one side was moved may be held as well, and
 * then its letter is all that says so; credit that is held has lost nothing.
 */
export const settledOfKind = (context: CommandContext, kind: Kind) => {
  const kinds: readonly Standing["kind"][] = kind === "credit" ? ["settled", "held"] : ["settled"];
  return standingAs(kinds, standingsOfKind(context, kind));
};

const revenueIn = ({ system: { revenue } }: CommandContext) => {
  if (revenue !== undefined) return revenue;
  throw new UsageError("--kind revenue: the policy of this system does not look at revenue");
};

const mapped = <V>(found: ReadonlyMap<AccountId, V>, toToday: (value: V) => Today): ReadonlyMap<AccountId, Today> =>
  new Map([...found].map(([id, value]) => [id, toToday(value)]));
