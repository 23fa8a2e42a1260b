import { count } from "../../app/records/count.ts";
import { type DryScanResult, dryScan as findAndPlan } from "../../app/scan/dry-scan.ts";
import type { ScanKind } from "../../app/scan/ports.ts";
import type { Planned } from "../../app/settle/read-and-plan.ts";
import { formatMoney } from "../../domain/currency.ts";
import { SettlementError } from "../../domain/errors.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { negativeIn, planData, todayOf } from "../text/describe.ts";
import type { Look } from "../text/look.ts";
import { table } from "../text/table.ts";

/** Accounts of one currency that a person is shown; `--json` has them all. */
const accountsShown = 15;

/** What a scan would do: totals per currency first, then the largest plans of each. */
export const dryScan = async ({ system, terminal }: CommandContext, kind: ScanKind): Promise<CommandResult> => {
  const { lastScan, clock, random, policy } = system;
  const progress = terminal.progress("accounts planned");
  const result = await findAndPlan(
    {
      candidates: system.candidates,
      lastScan,
      telemetry: { info: () => {}, warn: () => {}, count: () => {} },
      clock,
      zuoraTime: system.zuoraTime,
      random,
      policy,
    },
    kind,
    system.assessWith(progress.told),
  ).finally(progress.end);
  const { scan } = result;
  return {
    data: {
      kind,
      negativeInvoices: scan.negativeInvoices,
      accounts: scan.accounts,
      totals: result.totals.map(({ currency, accounts, transferred, applied }) => ({
        currency,
        accounts,
        transferred: formatMoney(transferred, currency),
        applied: formatMoney(applied, currency),
      })),
      plans: [...result.accounts].map(([accountId, planned]) =>
        planned instanceof SettlementError
          ? { accountId, code: planned.code, message: planned.message }
          : planData(planned),
      ),
    },
    text: textOf(result, terminal.look),
  };
};

const textOf = ({ scan, totals, accounts }: DryScanResult, look: Look): string => {
  const totalRows = totals.map(({ currency, accounts: count, transferred, applied }) => [
    currency,
    String(count),
    formatMoney(transferred, currency),
    formatMoney(applied, currency),
  ]);
  const all = [...accounts.values()];
  const planned = all.filter((each): each is Planned => !(each instanceof SettlementError));
  const byCurrency = Map.groupBy(
    planned.filter(({ plan }) => plan.steps.length > 0),
    ({ state }) => state.currency,
  );
  const others = Map.groupBy(
    all.filter((each) => each instanceof SettlementError || each.plan.steps.length === 0),
    todayOf,
  );
  return [
    `${count(scan.negativeInvoices, "negative invoice")}, ${count(scan.accounts, "account")}; nothing was queued and nothing written.\n\n`,
    table(["Currency", "Accounts", "Would transfer", "Would apply"], totalRows, [
      "Accounts",
      "Would transfer",
      "Would apply",
    ]),
    ...totals.map(({ currency }) => `\n${currencyText(currency, byCurrency.get(currency) ?? [], look)}`),
    ...[...others].map(([reason, own]) => `\n${count(own.length, "account")}: ${reason}`),
    others.size > 0 ? "\n" : "",
  ].join("");
};

const currencyText = (currency: string, planned: readonly Planned[], look: Look): string => {
  const shown = planned.toSorted((a, b) => b.plan.steps.length - a.plan.steps.length).slice(0, accountsShown);
  const rows = shown.map((each) => [
    each.state.number,
    negativeIn(each),
    todayOf(each),
    each.plan.holds.map(({ reason }) => reason).join(", "),
  ]);
  const more = planned.length > shown.length ? `and ${planned.length - shown.length} more; --json has them all\n` : "";
  return `${currency}\n${table(["Account", "Negative", "Plan", "Held"], rows, ["Negative"], look)}${more}`;
};
