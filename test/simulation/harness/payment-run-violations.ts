import { pendingLeadMs } from "../../../functions/domain/payment-run.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import { applicationsIn, isOurs } from "./applied.ts";
import { type Collection, isAllowed } from "./collections.ts";
import { passedBy } from "./left-out.ts";
import { misnamed } from "./misnamed.ts";
import type { PaymentRunHistory } from "./payment-run-history.ts";
import { limits } from "./system.ts";
import { violationsOf } from "./violations.ts";
import { lagMaxMs } from "./zuora-front.ts";

/**
 * How old the view of payment runs may be at the most, in milliseconds: see
 * `functions/zuora/payment-runs/collections.ts`.
 */
const viewAgeMaxMs = 60_000;

/** A write leaves in the invocation that read for it, and looked once more before the Decreases. */
const readingToWritingMaxMs = limits.functionTimeoutMs;

/** What must hold at the end of a history with payment runs, and does not: one sentence each. */
export const paymentRunViolationsOf = (history: PaymentRunHistory, faultProbability: number): readonly string[] => [
  ...violationsOf(history, { faultProbability, outsideMovements: true }),
  ...decreasesInto(history),
  ...paidTwice(history)
    .filter(({ isExposed }) => !isExposed)
    .map(({ sentence }) => sentence),
  ...misnamed(history),
  ...passedBy(history),
];

/**
 * From when on no Decrease may leave for what a collection may charge. A run that is planned early enough holds its
 * accounts five minutes before its hour, and a reading from before that leads to writes for one invocation. What begins
 * unannounced is seen when the view is read again, or else by the last look before the Decreases.
 */
const heldFrom = ({ createdAt, hour, beganAt }: Collection): number => {
  const isSeenFrom = Math.min(createdAt + viewAgeMaxMs, beganAt ?? Number.POSITIVE_INFINITY) + lagMaxMs;
  const isNearFrom = hour === undefined ? createdAt : hour - pendingLeadMs;
  return Math.max(isSeenFrom, isNearFrom) + readingToWritingMaxMs;
};

const decreasesInto = ({ front, tenant, collections }: PaymentRunHistory): string[] =>
  front.writesSent.flatMap(({ at, body }) =>
    paidBy(body).flatMap((invoiceId) =>
      collections
        .filter((each) => at >= heldFrom(each) && at < (each.endedAt ?? 0) && maySelect(tenant.store, each, invoiceId))
        .map(({ name }) => `credit for ${invoiceId} left at ${instant(at)} although ${name} may select it`),
    ),
  );

/** Invoices that a write pays: by Decreases, or by the application of a memo. */
const paidBy = (body: string): readonly string[] => {
  const { objects = [], invoices = [] } = JSON.parse(body) as {
    objects?: { Type: string; SourceTransactionId: string }[];
    invoices?: { invoiceId: string }[];
  };
  const decreases = objects.filter(({ Type }) => Type === "Decrease");
  return [
    ...decreases.map(({ SourceTransactionId }) => SourceTransactionId),
    ...invoices.map(({ invoiceId }) => invoiceId),
  ];
};

const maySelect = (store: Store, { filters }: Collection, invoiceId: string): boolean => {
  const invoice = store.invoices.one("Id", invoiceId);
  return invoice !== undefined && isAllowed(store, filters, invoice);
};

/**
 * Payments that took an invoice's whole balance while a Decrease took some of it as well. `isExposed` where the
 * Decrease left before anybody could know of what was not announced.
 */
export const paidTwice = ({ tenant, collections }: PaymentRunHistory) =>
  collections.flatMap((collection) =>
    collection.payments.flatMap(({ InvoiceId, CreatedDate, Id }) => {
      const { beganAt = 0, endedAt = 0 } = collection;
      const wasTaken = tenant.store.payments.one("Id", Id)?.Status === "Processed";
      const between = paidByUs(tenant.store, InvoiceId).filter(
        ({ at }) => at > CreatedDate && at < endedAt && wasTaken,
      );
      return between.map(({ name, at }) => ({
        sentence: `${name} and a payment of ${collection.name} together exceed ${InvoiceId}`,
        isExposed: at < heldFrom(collection) + lateMaxMs && heldFrom(collection) > beganAt,
      }));
    }),
  );

/** Decreases and applications of ours to one invoice. */
const paidByUs = (store: Store, invoiceId: string) => [
  ...store.adjustments
    .where("SourceTransactionId", invoiceId)
    .filter(({ Type, ReferenceId }) => Type === "Decrease" && ReferenceId !== undefined)
    .map(({ Number: name, CreatedDate: at }) => ({ name, at })),
  ...applicationsIn(store)
    .filter((each) => each.invoiceId === invoiceId && isOurs(each))
    .map(({ id: name, createdDate: at }) => ({ name, at })),
];

/** A request that nobody waits for any more may still arrive. */
const lateMaxMs = 3 * limits.httpTimeoutMs;

const instant = (at: number): string => new Date(at).toISOString().slice(11, 23);
