import { BadMessageError, type SettlementError } from "../../domain/errors.ts";
import type { EventSink, SweepEvent } from "../events/event.ts";
import { readMessage } from "../message.ts";
import { metricNames } from "../metric-names.ts";
import type { Clock } from "../ports.ts";
import type { AccountMessage } from "../queue-ports.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import { type Disposition, type DispositionLimits, dispositionOf } from "./disposition.ts";
import type { Result } from "./outcome.ts";
import { attemptsOf, type Deliveries, type Delivery } from "./ports.ts";

export type DisposeDeps = DispositionLimits & {
  readonly deliveries: Deliveries;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly random: () => number;
  /** Absent where nobody listens. */
  readonly events?: EventSink | undefined;
};

/**
 * Does to one delivery what its account's result asks for.
 *
 * @returns whether SQS shall keep the message. Where the queue itself fails it is kept, and comes back when its
 *   visibility timeout ends: late, but not lost.
 */
export const dispose = async (
  deps: DisposeDeps,
  delivery: Delivery,
  result: Result,
  message: AccountMessage | undefined,
): Promise<boolean> => {
  const runId = message?.runId;
  const disposition = dispositionOf(result, delivery, deps, deps.random(), deps.clock.now());
  return orKeep(deps, delivery, { operation: disposition.kind, runId }, async () => {
    switch (disposition.kind) {
      case "acknowledge":
        return false;
      case "hide":
        await deps.deliveries.hide(delivery, disposition.seconds);
        return true;
      case "renew":
        await deps.deliveries.renew(delivery, isoIn(deps.clock, disposition.seconds), disposition.troubledSince);
        deps.telemetry.info("renewed", { runId, messageId: delivery.messageId, firstQueuedAt: delivery.firstQueuedAt });
        return false;
      case "dead-letter": {
        const { error } = disposition;
        const attempts = attemptsOf(delivery);
        await deps.deliveries.deadLetter(delivery, {
          errorCode: error.code,
          errorMessage: error.message,
          zuoraCode: error.zuoraCode,
          runId,
          firstFailedAt: firstFailedAt(deps.clock, delivery),
          attempts,
          zuoraRequestId: error.zuoraRequestId,
        });
        deps.telemetry.warn("dead-lettered", { runId, messageId: delivery.messageId, code: error.code, attempts });
        if (message !== undefined) deps.events?.add(deadLettered(message, error));
        deps.telemetry.count(metricNames.deadLettered, 1);
        deps.telemetry.count(metricNames.deadLetteredByCode, 1, { code: error.code });
        return false;
      }
    }
  });
};

const deadLettered = ({ accountId, runId }: AccountMessage, { code, zuoraCode }: SettlementError): SweepEvent => ({
  name: "AccountDeadLettered",
  detail: { accountId, code, ...(zuoraCode === undefined ? {} : { zuoraCode }), runId },
});

const firstFailedAt = (clock: Clock, { troubledSince, receiveCount, firstReceivedAt }: Delivery): string => {
  const known = [troubledSince.failing, troubledSince.refusedAlike].filter((since) => since !== undefined);
  if (known.length > 0) return new Date(Math.min(...known)).toISOString();
  return receiveCount > 1 ? firstReceivedAt : isoIn(clock, 0);
};

/** A delivery whose message names an account, and whose time has come. */
export type DueDelivery = { readonly delivery: Delivery; readonly message: AccountMessage };

/**
 * Looks at what SQS delivered before anything is asked of Zuora: a message that names no account is set aside, and one
 * that came back before its time is hidden again.
 *
 * @returns what is to be worked on, and the ids of the other messages that SQS shall keep
 */
export const takeDue = async (
  deps: DisposeDeps,
  all: readonly Delivery[],
): Promise<{ readonly due: readonly DueDelivery[]; readonly kept: string[] }> => {
  const due: DueDelivery[] = [];
  const kept: string[] = [];
  for (const delivery of all) {
    const message = messageOf(delivery);
    if (message instanceof BadMessageError) {
      const result = { kind: "failed", error: message, final: true } as const;
      if (await dispose(deps, delivery, result, undefined)) kept.push(delivery.messageId);
    } else if (isTooEarly(deps, delivery)) {
      await hideUntilDue(deps, delivery);
      kept.push(delivery.messageId);
    } else {
      due.push({ delivery, message });
    }
  }
  return { due, kept };
};

const messageOf = ({ body }: Delivery): AccountMessage | BadMessageError => {
  try {
    return readMessage(body);
  } catch (error) {
    if (error instanceof BadMessageError) return error;
    throw error;
  }
};

/** A renewed message that came back before its time is hidden again, without a call to Zuora. */
const hideUntilDue = async (deps: DisposeDeps, delivery: Delivery): Promise<void> => {
  const leftMs = Date.parse(delivery.notBefore ?? "") - deps.clock.now();
  await orKeep(deps, delivery, { operation: "hide" }, async () => {
    await deps.deliveries.hide(delivery, Math.max(1, Math.ceil(leftMs / 1000)));
    return true;
  });
};

/**
 * Too early to look at. A last receive never is: hidden once more, SQS would set the message aside without a reason.
 */
const isTooEarly = (
  { clock, maxReceiveCount }: Pick<DisposeDeps, "clock" | "maxReceiveCount">,
  { notBefore, receiveCount }: Delivery,
): boolean => notBefore !== undefined && receiveCount < maxReceiveCount && Date.parse(notBefore) > clock.now();

/** Where the queue itself fails, the message is kept, and one line tells. */
const orKeep = async (
  { telemetry }: DisposeDeps,
  { messageId }: Delivery,
  about: { readonly operation: Disposition["kind"]; readonly runId?: string | undefined },
  operate: () => Promise<boolean>,
): Promise<boolean> => {
  try {
    return await operate();
  } catch (error) {
    const reason = error instanceof Error ? error.name : "unknown";
    telemetry.warn("queue operation failed", { ...about, messageId, reason });
    return true;
  }
};

const isoIn = (clock: Clock, seconds: number): string => new Date(clock.now() + seconds * 1000).toISOString();
