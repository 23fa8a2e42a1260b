import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { SweepEvent } from "../app/events/event.ts";
import type { EventBus } from "../app/events/ports.ts";
import { slices } from "../app/slices.ts";

/** By what rules know events of ours. */
export const eventSource = "zuora-credit-sweep";

/**
 * What PutEvents takes at once; ten of ours are a hundredth of the 256 KB that it takes
 * (`test/unit/aws/event-bus.test.ts`).
 */
export const entriesMax = 10;

/** An invocation is not held up for longer, in milliseconds: nothing but a later telling depends on it. */
const sendingMsMax = 3_000;

/** Entries fail one by one, and some of them pass a moment later. */
const attemptsMax = 2;

/** An EventBridge bus, by its ARN. */
export const createEventBus = (client: EventBridgeClient, busArn: string): EventBus => ({
  send: async (events) => {
    const abortSignal = AbortSignal.timeout(sendingMsMax);
    const reasons = new Set<string>();
    /** @returns the entries that were not taken */
    const put = async (entries: readonly PutEventsRequestEntry[]): Promise<readonly PutEventsRequestEntry[]> => {
      try {
        const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }), { abortSignal });
        const codes = Entries.map(({ ErrorCode }) => ErrorCode);
        for (const code of codes) if (code !== undefined) reasons.add(code);
        return entries.filter((_, index) => codes[index] !== undefined);
      } catch (error) {
        reasons.add(error instanceof Error ? error.name : "unknown");
        return entries;
      }
    };
    let left: readonly PutEventsRequestEntry[] = events.map((event) => toEntry(event, busArn));
    for (let attempt = 1; attempt <= attemptsMax && left.length > 0 && !abortSignal.aborted; attempt += 1) {
      left = (await Promise.all(slices(left, entriesMax).map(put))).flat();
    }
    return left.length === 0 ? { failed: 0 } : { failed: left.length, reason: [...reasons].join(", ") };
  },
});

const toEntry = ({ name, detail }: SweepEvent, busArn: string): PutEventsRequestEntry => ({
  EventBusName: busArn,
  Source: eventSource,
  DetailType: name,
  Detail: JSON.stringify(detail),
});
