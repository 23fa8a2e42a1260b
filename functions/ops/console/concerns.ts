import { count, countOwed } from "../../app/records/count.ts";
import { countsOf } from "../../app/records/negatives-accounted-for.ts";
import type { Status } from "../../app/status.ts";
import { writeDuration } from "../text/duration.ts";

/** Something that somebody should look at. */
export type Concern = {
  readonly tone: "bad" | "warn";
  readonly says: string;
  /** Words of the command that one would type next, and what it does. */
  readonly command?: readonly [words: string, what: string];
};

/** A scan runs every 15 minutes: after three without one it is not coming. */
const scanPatienceMs = 45 * 60_000;

/** What of a status is not as it should be, the worst first. None: nothing is stuck. Pure. */
export const concernsOf = (status: Status, now: number): readonly Concern[] =>
  [...negativeConcerns(status), ...scanConcerns(status, now), ...switchConcerns(status)].toSorted(
    (a, b) => Number(b.tone === "bad") - Number(a.tone === "bad"),
  );

const negativeConcerns = (status: Status): readonly Concern[] => {
  const { negative, countsCreditMemos, deadLetters, revenue, nextPaymentRun } = status;
  const { unexplained, unread } = countsOf(negative);
  const letters = deadLetters.visible + deadLetters.hidden;
  const ofRevenue = revenue === undefined ? 0 : revenue.deadLetters.visible + revenue.deadLetters.hidden;
  const charged = nextPaymentRun?.wouldCharge.length ?? 0;
  return [
    ...when(unexplained > 0, {
      tone: "bad",
      says: `${countOwed(unexplained, countsCreditMemos)} in nobody's hands: not held, not set aside, and in no queue.`,
      command: ["doctor", "looks for what keeps the system from settling"],
    }),
    ...when(letters > 0, {
      tone: "bad",
      says: `${count(letters, "message")} set aside as dead letters: an engineer is to look why.`,
      command: ["dead-letters list", "lists what was set aside, and what planning it says today"],
    }),
    ...when(ofRevenue > 0, {
      tone: "warn",
      says: `${count(ofRevenue, "message")} of the revenue pass set aside: finance and an engineer are to look before the month closes.`,
      command: ["dead-letters list --kind revenue", "lists whose revenue was set aside, and how it stands today"],
    }),
    ...when(unread > 0, {
      tone: "warn",
      says: `${countOwed(unread, countsCreditMemos)} could not be read, or ${unread === 1 ? "is" : "are"} beyond the first.`,
      command: ["status --all", "reads every account that is owed something"],
    }),
    ...when(charged > 0, {
      tone: "warn",
      says: `The next payment run could charge ${count(charged, "account")} although credit is there.`,
      command: ["scan --full", "looks at everything now, and queues what it finds"],
    }),
  ];
};

const scanConcerns = ({ lastScanAt, refusedScans }: Status, now: number): readonly Concern[] => [
  ...refusedScans.map(
    ({ runId, accounts }): Concern => ({
      tone: "bad",
      says: `A scan found ${count(accounts, "account")}, more than the run limit, and waits for a person's yes.`,
      command: [`scan --approve ${runId}`, "releases exactly what that scan showed, once"],
    }),
  ),
  ...when(lastScanAt === undefined || now - lastScanAt > scanPatienceMs, {
    tone: "warn",
    says:
      lastScanAt === undefined
        ? "No scan has completed yet: the next one looks at everything."
        : `The last scan that completed began ${writeDuration(now - lastScanAt)} ago; one is due every 15 minutes.`,
    command: ["scan", "does what the schedule does every 15 minutes"],
  }),
];

const switchConcerns = ({ position }: Status): readonly Concern[] =>
  when(position !== "on", {
    tone: "warn",
    says:
      position === "off"
        ? "The switch is off: nothing is begun, and everything waits."
        : "The switch is on dry-run: everything is planned, and nothing is written.",
    command: ["resume", "turns the switch on: what waits is settled"],
  });

const when = (isSo: boolean, concern: Concern): readonly Concern[] => (isSo ? [concern] : []);
