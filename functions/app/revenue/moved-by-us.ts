import { notesOf } from "../../domain/revenue/notes.ts";
import type { PairSchedules } from "../../domain/revenue/plan-revenue.ts";
import type { ItemisedPair, RevenueLedger } from "./ports.ts";

/** Whether an event of any of the pair's schedules is a move of ours. One call for each schedule, until one tells. */
export const wasMovedByUs = async (
  ledger: Pick<RevenueLedger, "events">,
  pair: ItemisedPair,
  { original, mirror }: PairSchedules,
): Promise<boolean> => {
  for (const schedule of [...original.values(), ...mirror.values()]) {
    if (schedule === undefined) continue;
    const events = await ledger.events(schedule.number);
    if (events.some(({ notes }) => notes === notesOf(pair))) return true;
  }
  return false;
};
