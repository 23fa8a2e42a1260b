import type { AccountId } from "../../domain/account.ts";
import { unknownCurrency } from "../../domain/currency.ts";
import { add, fromDecimal, toDecimal, zero } from "../../domain/money.ts";
import type { Policy } from "../../domain/policy.ts";
import { metricNames } from "../metric-names.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import { amountsText, type Found } from "./find-accounts.ts";
import type { RefusedScan, RefusedScans, ScanKind } from "./ports.ts";

/** A scan found more than is allowed at a time, and queued nothing. */
export class GuardTrippedError extends Error {
  override readonly name = "GuardTrippedError";
  readonly code = "GUARD_TRIPPED";
}

/** SQS looks for free message groups in the first 120,000 messages only; more behind them would not be seen. */
const waitingMax = 50_000;

/** @throws {GuardTrippedError} */
export const checkWaiting = (waiting: number): void => {
  if (waiting <= waitingMax) return;
  throw new GuardTrippedError(`${waiting} messages wait in the work queue, more than ${waitingMax}: nothing queued`);
};

/** What of a scan is beyond the policy's limits for one run, in words; undefined where nothing is. */
export const beyondRunLimit = ({ accounts, amounts }: Found, { runLimit }: Policy): string | undefined => {
  if (accounts.size > runLimit.accounts) {
    return `${accounts.size} accounts, more than runLimit.accounts ${runLimit.accounts}`;
  }
  // An amount without a known currency counts against every limit.
  const unknown = amounts.get(unknownCurrency) ?? zero;
  for (const [currency, limit] of Object.entries(runLimit.amount)) {
    const amount = add(amounts.get(currency) ?? zero, unknown);
    if (amount.gt(limit)) {
      return `${toDecimal(amount)} ${currency}, more than runLimit.amount.${currency} ${toDecimal(limit)}`;
    }
  }
  return undefined;
};

/**
 * Whom to queue of a scan within the limits. What the policy never touches is queued as well, so that somebody says why
 * it is held; history by the hundred thousand says so to nobody.
 */
export const withinReason = ({ accounts, untouched }: Found, { runLimit }: Policy): ReadonlySet<AccountId> =>
  accounts.size + untouched.size > runLimit.accounts ? accounts : accounts.union(untouched);

/** What of a scan is beyond what a person was shown and approved, in words; undefined where nothing is. */
export const beyondApproval = ({ accounts, amounts }: Found, approved: RefusedScan): string | undefined => {
  if (accounts.size > approved.accounts) return `${accounts.size} accounts, more than the ${approved.accounts} shown`;
  for (const [currency, amount] of amounts) {
    const shown = fromDecimal(approved.amounts[currency] ?? "0");
    if (amount.gt(shown)) return `${toDecimal(amount)} ${currency}, more than the ${toDecimal(shown)} shown`;
  }
  return undefined;
};

type RefusalDeps = { readonly refusedScans: RefusedScans; readonly telemetry: Telemetry };

type Refused = {
  readonly runId: string;
  readonly startedAt: number;
  readonly since: number | undefined;
  readonly found: Found;
  readonly queued: number;
};

/** Writes down what was shown; the first refusal of its kind stays the one to approve, however often it is repeated. */
export const refuse = async (
  { refusedScans, telemetry }: RefusalDeps,
  kind: ScanKind,
  excess: string,
  { runId, startedAt, since, found, queued }: Refused,
): Promise<GuardTrippedError> => {
  const shown = {
    runId,
    since,
    startedAt,
    negativeInvoices: found.negativeInvoices,
    accounts: found.accounts.size,
    amounts: amountsText(found),
  };
  const earlier = await refusedScans.read();
  const waiting: RefusedScan = earlier[kind] ?? shown;
  if (waiting === shown) await refusedScans.write({ ...earlier, [kind]: shown });
  telemetry.warn("scan refused", { ...shown, kind, queued, reason: excess, approve: waiting.runId });
  telemetry.count(metricNames.guardTripped, 1);
  const money = Object.entries(waiting.amounts).map(([currency, amount]) => `${amount} ${currency}`);
  const shownText = [`${waiting.accounts} accounts`, ...money].join(", ");
  const done = queued === 0 ? "nothing queued" : `only the ${queued} accounts queued that changed lately`;
  return new GuardTrippedError(
    `found ${excess}: ${done}. To release exactly ${shownText}: scan --approve ${waiting.runId}`,
  );
};

/** A scan of its kind has completed: what was refused before is found, or gone. */
export const forgetRefusal = async (
  { refusedScans }: Pick<RefusalDeps, "refusedScans">,
  kind: ScanKind,
): Promise<void> => {
  const refused = await refusedScans.read();
  if (refused[kind] !== undefined) await refusedScans.write({ ...refused, [kind]: undefined });
};
