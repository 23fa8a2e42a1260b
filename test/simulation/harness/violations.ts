import { add, type Money, sum, toDecimal, zero } from "../../../functions/domain/money.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import {
  accountsWithClosedDebt,
  creditLedger,
  keepsPartOfCredit,
  overspentCredit,
  touchedOptOuts,
} from "./credit-watch.ts";
import type { History, HistoryOptions } from "./history.ts";
import { leftOut } from "./left-out.ts";
import { appliedByUs, idleMemos, idlePayments, memoViolationsOf } from "./memo-violations.ts";

/** A reading made before a person canceled may still lead to one write after it, for this long at the most. */
const inFlightMs = 60_000;

/** What must hold at the end of any history, and does not: one sentence each. Empty: all is well. */
export const violationsOf = (
  history: History,
  options: Pick<HistoryOptions, "faultProbability" | "outsideMovements">,
): readonly string[] => [
  ...history.violations,
  ...unconserved(history),
  ...unsettled(history),
  ...leftOut(history),
  ...deadLettersWithoutReason(history),
  ...setAsideWithoutCause(history),
  ...toldAsSwitchedOff(history),
  ...reversedCancellations(history),
  ...overspentCredit(history)
    .filter(({ isDoubled }) => !isDoubled)
    .map(({ sentence }) => sentence),
  ...touchedOptOuts(history),
  ...memoViolationsOf(history, options),
  ...(options.outsideMovements ? [] : repeatedDecreases(history)),
  ...(options.outsideMovements || options.faultProbability > 0 ? [] : troubleWithoutFaults(history)),
  ...(history.front.storedRefusalsAsked === 0 ? [] : ["a refusal that was stored under its key was asked for again"]),
];

const unconserved = ({ tenant, owedAtFirst, movements }: History): string[] =>
  [...owedAtFirst].flatMap(([accountId, first]) => {
    const own = movements.filter((movement) => movement.accountId === accountId);
    const expected = add(first, sum(own.map(({ owes }) => owes)));
    const owed = owedBy(tenant, accountId);
    return owed.eq(expected) ? [] : [`account ${accountId} owes ${toDecimal(owed)}, expected ${toDecimal(expected)}`];
  });

/** Who is set aside for one invoice has everything else settled; who could not be read in time has nothing. */
const unsettled = (history: History): string[] => {
  const { tenant, front, lines, deadLetters } = history;
  const dead = new Set(
    deadLetters.messages
      .filter(({ origin, attributes }) => origin === "redriven" || isTooSlow(front, attributes))
      .map(({ groupId }) => groupId),
  );
  return tenant.store.accounts.rows.flatMap((account) => {
    if (dead.has(account.Id)) return [];
    const holds = lines.findLast(({ accountId }) => accountId === account.Id)?.holds ?? [];
    const isHeld = ({ InvoiceNumber }: InvoiceRecord) =>
      holds.some(({ invoiceNumber, creditMemoNumber, paymentNumber, reason }) =>
        invoiceNumber === undefined
          ? creditMemoNumber === undefined && paymentNumber === undefined && !keepsPartOfCredit.has(reason)
          : invoiceNumber === InvoiceNumber,
      );
    const free = tenant.store.invoices
      .where("AccountId", account.Id)
      .filter((invoice) => invoice.Status === "Posted" && !isHeld(invoice) && !front.closed.has(invoice.Id));
    const negative = free
      .filter(({ Balance }) => Balance.lt(0))
      .map((each) => `${each.InvoiceNumber} is still negative`);
    const open = free.filter(({ Balance }) => Balance.gt(0));
    const idle = [idleMemos, idlePayments].flatMap((idleOf) => idleOf(history, account.Id, open, holds));
    if (idle.length > 0) return [...negative, ...idle];
    const isIdle = account.CreditBalance.gt(creditLedger(history, account.Id).kept) && open.length > 0;
    return isIdle ? [...negative, `credit of ${account.Id} lies idle beside ${open[0]?.InvoiceNumber}`] : negative;
  });
};

/** SQS redrives without a reason what the function itself kept dying on; everything else says why. */
const deadLettersWithoutReason = ({ deadLetters, diedOn }: History): string[] =>
  deadLetters.messages
    .filter(({ origin, groupId, attributes }) =>
      origin === "redriven"
        ? !diedOn.has(groupId)
        : !ownTrouble.has(attributes["errorCode"] ?? "") || !attributes["errorMessage"],
    )
    .map(
      ({ groupId, attributes }) => `the dead letter of ${groupId} has no reason of its own: ${attributes["errorCode"]}`,
    );

/** Nothing but an invoice of a closed period is an account's own doing here, or a page that takes too long. */
const setAsideWithoutCause = ({ tenant, front, deadLetters }: History): string[] => {
  const closed = new Set([...front.closed].map((id) => tenant.store.invoices.one("Id", id)?.AccountId));
  return deadLetters.messages
    .filter(({ origin, groupId }) => origin !== "redriven" && !closed.has(groupId))
    .filter(({ attributes }) => !isTooSlow(front, attributes))
    .map(({ groupId, attributes }) => `${groupId} is sound, and was set aside: ${attributes["errorMessage"]}`);
};

const isTooSlow = ({ isSlow }: History["front"], attributes: Readonly<Record<string, string>>): boolean =>
  isSlow && attributes["errorCode"] === "OUT_OF_TIME";

/** A switch that nobody can read is another trouble than one that somebody turned. */
const toldAsSwitchedOff = ({ faults, lines }: History): string[] => {
  const wasTurned = faults.counts.has("switched-off") || faults.counts.has("switched-dry-run");
  const told = wasTurned ? [] : lines.filter(({ waitReason }) => waitReason === "switched-off");
  return told.map(({ accountId }) => `${accountId} was told to wait for a switch that nobody had turned`);
};

/** Codes that are about one account; everything else concerns all of them, and waits. */
const ownTrouble = new Set(["ZUORA_REJECTED", "NOT_CONVERGED", "OUT_OF_TIME", "ZUORA_CONTRACT", "BAD_MESSAGE"]);

const reversedCancellations = ({ tenant, movements }: History): string[] =>
  movements
    .filter(({ kind }) => kind === "cancellation")
    .flatMap(({ invoiceId, at }) =>
      tenant.store.adjustments
        .where("SourceTransactionId", invoiceId)
        // What people do themselves after a cancellation is their own affair.
        .filter(({ CreatedDate, ReferenceId }) => ReferenceId !== undefined && CreatedDate > at + inFlightMs)
        .map(({ Number: number }) => `${number} reverses what a person canceled`),
    );

/** How long a reading may lead to writes. */
const roundMs = 30_000;

/**
 * An invoice is paid once. Credit that was read older than the invoices, from a replica that lags or since a write
 * landed between two queries, may pay an invoice in part, and what is left of it later: both within what was owed, but
 * in two adjustments. So may credit that was there already, where the transfer that adds to it is refused at first.
 */
const repeatedDecreases = (history: History): string[] => {
  const { tenant, front } = history;
  const decreases = tenant.store.adjustments.rows.filter(
    ({ Type, Status }) => Type === "Decrease" && Status === "Processed",
  );
  const torn = [...front.staleReadsAt, ...front.landedLateAt];
  const isBefore = (at: number) => (before: number) => before <= at && at - before < roundMs;
  const wasRefusedBefore = ({ AccountId, CreatedDate }: (typeof decreases)[number]) =>
    front.refusedIncreases
      .filter(({ invoiceId }) => tenant.store.invoices.one("Id", invoiceId)?.AccountId === AccountId)
      .some(({ at }) => isBefore(CreatedDate)(at));
  // What an open invoice of a closed period cannot take goes to the others, also to one that was paid in part.
  const closed = accountsWithClosedDebt(history);
  const own = decreases.filter(({ AccountId }) => !closed.has(AccountId));
  return [...Map.groupBy(own, ({ SourceTransactionNumber }) => SourceTransactionNumber)]
    .filter(([, own]) =>
      own.slice(0, -1).some((row) => !torn.some(isBefore(row.CreatedDate)) && !wasRefusedBefore(row)),
    )
    .map(([number, own]) => `${number} has ${own.length} Decreases`);
};

/** Where nothing went wrong, nothing was refused, and what the log lines say is what the tenant recorded. */
const troubleWithoutFaults = ({ tenant, front, lines, deadLetters, expected, killer }: History): string[] => {
  const said = (field: "transferred" | "applied") =>
    lines.reduce((total, line) => total.plus(line[field] ?? "0") as Money, zero);
  const recorded = (type: "Increase" | "Decrease") =>
    sum(
      tenant.store.adjustments.rows
        .filter(({ Type, ReferenceId }) => Type === type && ReferenceId !== undefined)
        .map(({ Amount }) => Amount),
    );
  const misplaced = tenant.store.invoices.rows.filter(
    ({ AccountId, InvoiceNumber, Balance }) => AccountId !== killer && !Balance.eq(expected.get(InvoiceNumber) ?? zero),
  );
  return [
    ...misplaced.map(({ InvoiceNumber, Balance }) => `${InvoiceNumber} ended at ${toDecimal(Balance)}, not as planned`),
    ...(front.rowsRefused === 0 ? [] : [`${front.rowsRefused} rows were refused`]),
    ...(deadLetters.messages.every(({ groupId }) => groupId === killer) ? [] : ["there are dead letters"]),
    ...(said("transferred").eq(recorded("Increase")) ? [] : ["the lines and the tenant differ on transfers"]),
    ...(said("applied").eq(add(recorded("Decrease"), appliedByUs(tenant.store)))
      ? []
      : ["the lines and the tenant differ on applications"]),
  ];
};
