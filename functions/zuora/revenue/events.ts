import * as z from "zod";
import { ZuoraContractError } from "../../domain/errors.ts";
import { sum } from "../../domain/money.ts";
import type { RevenueEvent } from "../../domain/revenue/schedule.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "../query/fields.ts";
import { distributedIn, revenueItem } from "./revenue-items.ts";

/** No larger than any page of the older API. */
const pageSize = 40;

const eventsPage = z.object({
  revenueEvents: z.array(
    z.object({
      number: z.string().regex(/^[\w-]{1,64}$/, "expected a number such as RE-00000001"),
      notes: z.string().optional(),
      revenueItems: z.array(revenueItem).optional(),
    }),
  ),
  nextPage: z.unknown().optional(),
});

/** Everything that happened to a schedule, oldest first, page by page; `nextPage` is a yes or no, and no address. */
export const readEvents = async (client: ZuoraClient, scheduleNumber: string): Promise<readonly RevenueEvent[]> => {
  const events: RevenueEvent[] = [];
  for (let page = 1; ; page += 1) {
    const path = `/v1/revenue-events/revenue-schedules/${encodeURIComponent(scheduleNumber)}`;
    const { body } = await client.get(`${path}?pageSize=${pageSize}${page === 1 ? "" : `&page=${page}`}`);
    const parsed = eventsPage.safeParse(body);
    if (!parsed.success) {
      throw new ZuoraContractError(`revenue events: ${contractProblem(parsed.error)}`, { scope: "record" });
    }
    events.push(...parsed.data.revenueEvents.map(toEvent));
    if (!parsed.data.nextPage) return events.toSorted(byNumber);
  }
};

const toEvent = ({
  number,
  notes,
  revenueItems = [],
}: z.output<typeof eventsPage>["revenueEvents"][number]): RevenueEvent => {
  const named = distributedIn(revenueItems);
  return {
    number,
    notes: notes ?? "",
    gained: named.filter(({ amount }) => !amount.eq(0)),
    gainedOpenEnded: sum(revenueItems.filter((item) => !item.accountingPeriodEndDate).map(({ amount }) => amount)),
  };
};

/** Numbers count up, and may outgrow their zeros. */
const byNumber = (a: RevenueEvent, b: RevenueEvent): number =>
  a.number.length - b.number.length || (a.number < b.number ? -1 : 1);
