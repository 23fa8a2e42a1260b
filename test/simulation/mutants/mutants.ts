import type { Mode } from "../../../functions/domain/credit/mode.ts";

/** A one-line change that makes the system wrong, and that the simulation must see. */
export type Mutant = {
  readonly name: string;
  /** Below `functions/`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Seen by the histories with payment runs, and not by the others. */
  readonly isAboutPaymentRuns?: true;
  /** Seen by the histories of revenue, and not by the others. */
  readonly isAboutRevenue?: true;
  /** Seen by the histories of an undo, and not by the others. */
  readonly isAboutUndo?: true;
  /** Seen in a tenant of this mode. */
  readonly mode?: Mode;
};

export const mutants: readonly Mutant[] = [
  {
    name: "reuse a key after a failure",
    file: "app/settle/write-gate.ts",
    find: "count += 1;",
    replace: "count = 1;",
  },
  {
    name: "trust a stale plan",
    file: "app/settle/rounds/progress.ts",
    find: "this.#planned = planned;",
    replace: "this.#planned ??= planned;",
  },
  {
    name: "send Decreases although an Increase failed",
    file: "app/settle/settle-accounts.ts",
    find: "toDo.filter((account) => account.note(transfers))",
    replace: "toDo.filter((account) => account.note(transfers) || true)",
  },
  {
    name: "apply before transfer",
    file: "app/settle/settle-accounts.ts",
    find: 'await send(deps, stepsOf(toDo, "TransferToCreditBalance"))',
    replace:
      'await send(deps, stepsOf(toDo, "ApplyCreditBalance")).then(() => send(deps, stepsOf(toDo, "TransferToCreditBalance")))',
  },
  {
    name: "compare SubscriptionId",
    file: "zuora/ledger/invoice-items.ts",
    find: '["Id", "InvoiceId", "SubscriptionNumber"]',
    replace: '["Id", "InvoiceId", "SubscriptionId"]',
  },
  {
    name: "treat 504 on a write as busy",
    file: "zuora/http/classify.ts",
    find: 'return kind === "read" ? new ZuoraBusyError(text, about) : new WriteOutcomeUnknownError(text, about);',
    replace: "return new ZuoraBusyError(text, about);",
  },
  {
    name: "drop the re-read",
    file: "app/settle/settle-accounts.ts",
    find: "const roundsMax = 3;",
    replace: "const roundsMax = 1;",
  },
  {
    name: "acknowledge on a busy answer",
    file: "app/settle/disposition.ts",
    find: 'if (!isDue && !isLastButOne) return { kind: "hide", seconds };',
    replace: 'return { kind: "acknowledge" };',
  },
  {
    name: "let waiting count as failing",
    file: "app/settle/disposition.ts",
    find: 'if (!isDue && !isLastButOne) return { kind: "hide", seconds };',
    replace: 'return { kind: "hide", seconds };',
  },
  {
    name: "dead-letter what is only tried again",
    file: "app/settle/settle-accounts.ts",
    find: "else if (own instanceof SettlementError) account.wait(own);",
    replace: "else if (own instanceof SettlementError) account.fail(own);",
  },
  {
    name: "dead-letter a busy tenant's accounts",
    file: "app/settle/settle-accounts.ts",
    find: "for (const account of pending) account.wait(planned);",
    replace: "for (const account of pending) account.fail(planned);",
  },
  {
    name: "ignore what a person canceled",
    file: "domain/hold.ts",
    find: "if (invoice.hasCanceledAdjustment)",
    replace: 'if (!invoice.hasCanceledAdjustment && invoice.id === "")',
  },
  {
    name: "apply all credit to the first invoice",
    file: "domain/credit/pay-invoices.ts",
    find: "const amount = min(left, invoice.balance);",
    replace: "const amount = left;",
  },
  {
    name: "stop at the negative invoices, so that credit of a crashed run is stranded",
    file: "domain/plan.ts",
    find: "const wanted = payInvoices(open, { memos: memos.free, balance: available }, state.invoices);",
    replace:
      "const wanted = payInvoices(open, { memos: memos.free, balance: transfers.length === 0 ? zero : available }, state.invoices);",
  },
  {
    name: "look only for negative invoices",
    file: "app/scan/find-accounts.ts",
    find: "if (withCredit.has(accountId)) yield accountId;",
    replace: 'if (accountId === "" && withCredit.has(accountId)) yield accountId;',
  },
  {
    name: "send a lost write again without a look at the switch",
    file: "zuora/http/exchange.ts",
    find: "const second = await send(1).catch(unlessForeign(unknown));",
    replace:
      'const second = await exchangeOnce(connection, invocation, "write", request).catch(unlessForeign(unknown));',
  },
  {
    name: "look at the switch before a write waits for its token",
    file: "app/settle/carry-out.ts",
    find: "return await ledger.createAdjustments(steps, nextKey(), (sends) => mayWrite(step.kind, sends, judgedAt));",
    replace:
      'return (await mayWrite(step.kind, 2)) ? await ledger.createAdjustments(steps, nextKey(), async () => true) : "unsent";',
  },
  {
    name: "show in a dry run what was queued to be settled, and forget it",
    file: "app/settle/process-deliveries.ts",
    find: 'position === "on" || (position === "dry-run" && own.every(({ delivery }) => delivery.queuedDry));',
    replace: 'position === "on" || (position === "dry-run" && own.length > 0);',
  },
  {
    name: "take a second refusal in the same second for the last word",
    file: "app/settle/rounds/refusals.ts",
    find: 'final: error.again === "never",',
    replace: 'final: error.again !== "later",',
  },
  {
    name: "set aside on the last receive, however young the trouble",
    file: "app/settle/disposition.ts",
    find: "if (final || hasLasted(failing, error))",
    replace: "if (final || isLastButOne)",
  },
  {
    name: "strand an account's credit beside an invoice that Zuora does not transfer",
    file: "domain/plan.ts",
    find: "if (invoice.isSetAside) continue;",
    replace: 'if (invoice.isSetAside && invoice.number === "") continue;',
  },
  {
    name: "tell a switch that cannot be read as switched off",
    file: "app/settle/write-gate.ts",
    find: "if (position instanceof ConfigError) return position;",
    replace: 'if (position instanceof ConfigError) return "switched-off";',
  },
  {
    name: "stay away for as long as a header says",
    file: "zuora/http/pace.ts",
    find: "Math.min(milliseconds, pauseMaxMs)",
    replace: "milliseconds",
  },
  {
    name: "write comments that are too long",
    file: "domain/comment.ts",
    find: "const numberMax = 100;",
    replace: "const numberMax = 255;",
  },
  {
    name: "leave all credit where a penny of it stands",
    file: "domain/plan.ts",
    find: "const available = subtract(credit, sum(kept.map(({ amount }) => amount)));",
    replace: "const available = kept.length > 0 ? zero : credit;",
  },
  {
    name: "take for ours what others put there",
    file: "domain/credit-book.ts",
    find: 'gain(createdAt, isOurs ? "ours" : "standing")',
    replace: 'gain(createdAt, "ours")',
  },
  {
    name: "take for ours for ever what others have spent since",
    file: "domain/credit-book.ts",
    find: "movements.flatMap(eventsOf)",
    replace: "movements.filter(({ isOurs }) => isOurs).flatMap(eventsOf)",
  },
  {
    name: "forget what a person took back, once its invoice is paid",
    file: "domain/credit-book.ts",
    find: 'gain(canceledAt, "freed")',
    replace: 'gain(canceledAt, "ours")',
  },
  {
    name: "apply beside others' credit before what was transferred has been seen",
    file: "app/settle/rounds/progress.ts",
    find: 'if (kind === "ApplyCreditBalance" && this.#looksFirst) return [];',
    replace: 'if (kind === "ApplyCreditBalance" && this.id === "" && this.#looksFirst) return [];',
    isAboutPaymentRuns: true,
  },
  {
    name: "send a lost application again at once beside credit that is to be left",
    file: "app/settle/rounds/landing.ts",
    find: "const landingMaxMs = 120_000;",
    replace: "const landingMaxMs = 0;",
  },
  {
    name: "believe a cancellation to be visible as soon as it is stamped",
    file: "zuora/ledger/canceled-view.ts",
    find: "const visibleWithinMs = 10 * 60_000;",
    replace: "const visibleWithinMs = 2_000;",
  },
  {
    name: "judge the view of cancellations by our own clock",
    file: "zuora/ledger/canceled-view.ts",
    find: "seen: readAll(client) };",
    replace: "seen: readAll(client).then((seen) => ({ ...seen, readAt: now() + visibleWithinMs - 2_000 })) };",
  },
  {
    name: "read an opt-out to the letter",
    file: "zuora/ledger/account-state.ts",
    find: '.test(String(value ?? "").trim())',
    replace: '.test(String(value ?? ""))',
  },
  {
    name: "be blind to payment runs",
    file: "zuora/ledger/read-accounts.ts",
    find: "(dueDate) => runs.some((run) => maySelect(run, charged, dueDate, now + pendingLeadMs)),",
    replace: '(dueDate) => owner === "" && runs.some((run) => maySelect(run, charged, dueDate, now + pendingLeadMs)),',
    isAboutPaymentRuns: true,
  },
  {
    name: "see a payment run only once it has begun",
    file: "domain/payment-run.ts",
    find: 'run.status === "Processing" || run.startsAt === undefined || run.startsAt <= soon;',
    replace: 'run.status === "Processing";',
    isAboutPaymentRuns: true,
  },
  {
    name: "see a payment run only until it has begun",
    file: "zuora/payment-runs/collections.ts",
    find: "for (const status of statuses) {",
    replace: 'for (const status of statuses.filter((each) => each === "Pending")) {',
    isAboutPaymentRuns: true,
  },
  {
    name: "look at payment runs and at no payment",
    file: "zuora/ledger/read-accounts.ts",
    find: "isPaymentProcessing: accountsBeingPaid.has(owner),",
    replace: 'isPaymentProcessing: owner === "" && accountsBeingPaid.has(owner),',
    isAboutPaymentRuns: true,
  },
  {
    name: "read every payment under way for everybody, however long it takes",
    file: "zuora/payment-runs/collections.ts",
    find: "const paymentsReadMaxMs = 10_000;",
    replace: "const paymentsReadMaxMs = 10_000_000;",
    isAboutPaymentRuns: true,
  },
  {
    name: "name nobody whose credit lay idle when a payment run began",
    file: "app/scan/negative-when-charged.ts",
    find: "freshCreditAt(beganAt, movesOf.get(id) ?? [], policy).gt(0);",
    replace: 'freshCreditAt(beganAt, movesOf.get("") ?? [], policy).gt(0);',
    isAboutPaymentRuns: true,
  },
  {
    name: "approve accounts, and not what was shown of them",
    file: "app/scan/approve-scan.ts",
    find: "found.accounts.difference(changed)",
    replace: "found.accounts.difference(new Set())",
    isAboutPaymentRuns: true,
  },
  {
    name: "count history in the guard",
    file: "app/scan/find-accounts.ts",
    find: "rules === undefined || (creditMemos?.isOnlyCredit !== true && mayTouch(row, rules));",
    replace: "rules === undefined || creditMemos?.isOnlyCredit !== true;",
    isAboutPaymentRuns: true,
  },
  {
    name: "take one 404 for a tenant without payment runs, for good",
    file: "zuora/payment-runs/offer.ts",
    find: "const ask = async <T>(read: () => Promise<T>): Promise<T | undefined> => {",
    replace:
      "const ask = async <T>(read: () => Promise<T>): Promise<T | undefined> => { if (said !== undefined) return undefined;",
    isAboutPaymentRuns: true,
  },
  {
    name: "apply credit without a last look at who is being charged",
    file: "app/settle/rounds/apply-credit.ts",
    find: "applying.get(accountId)?.lookAgain(charging, policy)",
    replace: "applying.get(accountId)",
    isAboutPaymentRuns: true,
  },
  {
    name: "look at payment runs at last and at no payment",
    file: "domain/payment-run.ts",
    find: "accountsBeingPaid.has(state.id) && !state.paymentProcessing",
    replace: "accountsBeingPaid.size < 0",
    isAboutPaymentRuns: true,
  },
  {
    name: "move revenue into today's period, wherever its other side sits",
    file: "domain/revenue/plan-revenue.ts",
    find: "return own === undefined ? common : byStart(own.startDate);",
    replace: 'return own === undefined || chargeId !== "" ? current : byStart(own.startDate);',
    isAboutRevenue: true,
  },
  {
    name: "move revenue that does not net",
    file: "domain/revenue/plan-revenue.ts",
    find: "!nets.every(netsOnceMoved)",
    replace: "(nets.length === 0 && !nets.every(netsOnceMoved))",
    isAboutRevenue: true,
  },
  {
    name: "move one charge after the other, so that a pass that died ends in another month",
    file: "domain/revenue/plan-revenue.ts",
    find: "const due = all.filter(({ undistributed }) => !undistributed.eq(0));",
    replace:
      "const due = all.filter(({ undistributed }) => !undistributed.eq(0)).toSorted((a, b) => (a.chargeId < b.chargeId ? -1 : 1));",
    isAboutRevenue: true,
  },
  {
    name: "believe that revenue nets without reading it again",
    file: "app/revenue/move-pair.ts",
    find: "const stop = stopOf(done.stoppedBy, sofar.hasWritten);",
    replace:
      'const stop = done.stoppedBy === undefined ? ({ kind: "netted" } as const) : stopOf(done.stoppedBy, sofar.hasWritten);',
    isAboutRevenue: true,
  },
  {
    name: "move a part of the total instead of what is undistributed",
    file: "zuora/revenue/distribute.ts",
    find: '"specific date (delta percent undistributed)"',
    replace: '"specific date (delta percent total)"',
    isAboutRevenue: true,
  },
  {
    name: "pair invoices of different subscriptions",
    file: "domain/revenue/mirrored-pair.ts",
    find: "isSameSet(subscriptionsOf(mirror.id), subscriptionsOf(original.id));",
    replace: "subscriptionsOf(mirror.id).size === subscriptionsOf(original.id).size;",
    isAboutRevenue: true,
  },
  {
    name: "pair an invoice that was paid",
    file: "domain/revenue/mirrored-pair.ts",
    find: "else if (!original.paid.eq(0))",
    replace: "else if (original.paid.lt(0))",
    isAboutRevenue: true,
  },
  {
    name: "take the first of two mirrors",
    file: "domain/revenue/mirrored-pair.ts",
    find: "if (mirrors.length > 1 || originals.length > 1)",
    replace: "if (originals.length > 1)",
    isAboutRevenue: true,
  },
  {
    name: "write revenue into a period that is not open",
    file: "domain/revenue/plan-revenue.ts",
    find: 'period?.status === "Open"',
    replace: "period !== undefined",
    isAboutRevenue: true,
  },
  {
    name: "set a pair aside whose answers were lost",
    file: "app/revenue/move-pair.ts",
    find: "(isLast && !(refusal instanceof WriteOutcomeUnknownError))",
    replace: "isLast",
    isAboutRevenue: true,
  },
  {
    name: "move revenue a second time that was put back",
    file: "domain/revenue/plan-revenue.ts",
    find: "due.some(({ isTakenBack }) => isTakenBack)",
    replace: "due.length === 0",
    isAboutRevenue: true,
  },
  {
    name: "forget what a delivery that died may have moved",
    file: "app/revenue/process-revenue.ts",
    find: ".some(({ delivery }) => !isFirstLook(delivery))",
    replace: '.some(({ delivery }) => !isFirstLook(delivery) && delivery.messageId === "")',
    isAboutRevenue: true,
  },
  {
    name: "handle what is on its last receives together",
    file: "app/process/width.ts",
    find: "if (receiveCount > 1 && receiveCount >= maxReceiveCount - 1) return 1;",
    replace: "",
  },
  {
    name: "delete what was taken beside a delivery although it is to be kept",
    file: "app/process/process-invocation.ts",
    find: "batch.filter(({ messageId }) => !kept.has(messageId)),",
    replace: "batch,",
  },
  {
    name: "leave what was taken beside a delivery to Lambda, which does not know of it",
    file: "app/process/process-invocation.ts",
    find: "let leavesToLambda = taken.length === 0 && waiting.length === 1;",
    replace: "let leavesToLambda = true;",
  },
  {
    name: "forget what was taken beside a delivery",
    file: "app/process/process-invocation.ts",
    find: "inBatches([...delivered, ...taken], deps.width",
    replace: "inBatches([...delivered], deps.width",
  },
  {
    name: "lose a part of a refused call",
    file: "app/settle/carry-out.ts",
    find: "inParts(accounts).map((part) => part.flat())",
    replace: "inParts(accounts).slice(1).map((part) => part.flat())",
  },
  {
    name: "handle what is on its very last receive in the same order again",
    file: "app/process/width.ts",
    find: "...groups.filter(isLast).toReversed()",
    replace: "...groups.filter(isLast)",
  },
  {
    name: "leave out the last part of a large scan",
    file: "zuora/query/in-parts.ts",
    find: "const readers = ranges.map(",
    replace: "const readers = ranges.slice(0, -1).map(",
  },
  {
    name: "apply a memo that somebody excluded",
    file: "domain/hold.ts",
    find: "if (memo.isExcluded) return",
    replace: 'if (memo.isExcluded && memo.id === "") return',
    mode: "credit-memos",
  },
  {
    name: "apply a memo again that a person took back",
    file: "domain/hold.ts",
    find: "if (memo.wasUnapplied) return",
    replace: 'if (memo.wasUnapplied && memo.id === "") return',
    mode: "credit-memos",
  },
  {
    name: "go on with an account's memos after an answer that was lost",
    file: "app/settle/rounds/apply-memos.ts",
    find: "const goesOn = done.every(({ outcome }) => isAnswer(outcome));",
    replace: "const goesOn = true;",
    mode: "credit-memos",
  },
  {
    name: "pay one invoice out of both kinds of credit",
    file: "domain/credit/pay-invoices.ts",
    find: "const spentWaits = isAnyPaidByBoth(fitting, spent);",
    replace: "const spentWaits = false;",
    mode: "both",
  },
  {
    name: "name nobody whose memo was applied only after a payment run began",
    file: "app/scan/negative-when-charged.ts",
    find: "const since = [...transfers, ...applied]",
    replace: "const since = [...transfers, ...applied.slice(applied.length)]",
    isAboutPaymentRuns: true,
    mode: "credit-memos",
  },
  {
    name: "name nobody whose memo waits and who owes nothing since he was charged",
    file: "app/scan/find-accounts.ts",
    find: "if (isTouched && (rules === undefined || isToBeApplied(memo, rules)))",
    replace: "if (isTouched && meetsOpenInvoice && (rules === undefined || isToBeApplied(memo, rules)))",
    isAboutPaymentRuns: true,
    mode: "credit-memos",
  },
  {
    name: "name whose memo somebody excluded as if it waited",
    file: "app/scan/finding/owed.ts",
    find: "!isExcluded && !(isStanding",
    replace: "!(isStanding",
    isAboutPaymentRuns: true,
    mode: "both",
  },
  {
    name: "do again what an undo canceled",
    file: "domain/hold.ts",
    find: "if (invoice.hasCanceledAdjustment) return",
    replace: 'if (invoice.hasCanceledAdjustment && invoice.id === "") return',
    isAboutUndo: true,
  },
  {
    name: "do again what an undo took back of a memo",
    file: "domain/hold.ts",
    find: "if (memo.wasUnapplied) return",
    replace: 'if (memo.wasUnapplied && memo.id === "") return',
    isAboutUndo: true,
    mode: "both",
  },
  {
    name: "say of a part of a run that an undo is done",
    file: "app/undo/undo.ts",
    find: 'if (adjustments.every(({ status }) => status === "Canceled")) return "undone";',
    replace: 'if (adjustments.some(({ status }) => status === "Canceled")) return "undone";',
    isAboutUndo: true,
  },
  {
    name: "leave one application out of an undo",
    file: "app/undo/undo-memos.ts",
    find: "for (const standing of standingOf(found, takenBack)) {",
    replace: "for (const standing of standingOf(found, takenBack).slice(1)) {",
    isAboutUndo: true,
    mode: "credit-memos",
  },
  {
    name: "believe an undo of memos that only says so",
    file: "app/undo/undo-memos.ts",
    find: 'if ((await paid()).lt(before)) return { result: "unapplied" };',
    replace: 'if (refused === undefined || (await paid()).lt(before)) return { result: "unapplied" };',
    isAboutUndo: true,
    mode: "credit-memos",
  },
  {
    name: "take back what people applied after an undo",
    file: "app/undo/undo-memos.ts",
    find: "const all = sum((backOf.get(pair) ?? []).map((each) => each.amount));",
    replace: "const all = sum((backOf.get(pair) ?? []).slice(0, 0).map((each) => each.amount));",
    isAboutUndo: true,
    mode: "credit-memos",
  },
];
