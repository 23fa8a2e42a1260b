import type { LocalDate } from "../../../domain/account.ts";
import { SettlementError, ZuoraBusyError } from "../../../domain/errors.ts";
import { localDateIn } from "../../../domain/local-time.ts";
import type { DeadLetterQueue, QueueDepth } from "../../dead-letters/ports.ts";
import { readProblems, runIdOf } from "../../dead-letters/problems.ts";
import type { SwitchReader } from "../../ports.ts";
import type { LastScan, RefusedScans } from "../../scan/ports.ts";
import { namesOf } from "../account-names.ts";
import type { ReportArchive } from "../ports.ts";
import { dayBefore, daysIn } from "../report/period.ts";
import { type ReportDeps, readReport } from "../report/read-report.ts";
import type { DigestFacts } from "./digest-facts.ts";
import { type Digest, writeDigest, writeUnreadable } from "./digest-text.ts";
import { keepMonthAfterItsEnd, keepReport } from "./keep-report.ts";

export type DigestDeps = ReportDeps & {
  readonly switchReader: SwitchReader;
  readonly lastScan: Pick<LastScan, "read">;
  readonly refusedScans: Pick<RefusedScans, "read">;
  readonly workQueueDepth: () => Promise<QueueDepth>;
  /** The dead letters of both passes, or of the one that there is. */
  readonly deadLetters: readonly DeadLetterQueue[];
  readonly archive: ReportArchive;
  /** What people call the system. */
  readonly systemName: string;
};

/** As many accounts can be planned within the function's time, one call after the other. */
const accountsMax = 2_000;

/**
 * Reads yesterday, and how things are now; keeps the day's report, and after a month's end the month's; and writes what
 * is sent of it, also where that cannot be read. Days and months are the tenant's own.
 *
 * @param now epoch milliseconds
 * @throws {ZuoraBusyError} and whatever is no {@link SettlementError}
 */
export const composeDigest = async (deps: DigestDeps, now: number): Promise<Digest> => {
  const today = localDateIn(deps.timeZone, now);
  try {
    return await compose(deps, today, now);
  } catch (error) {
    // What is busy is thrown, to be tried again. Nothing else gets better by that, and silence would look like a good
    // day.
    if (!(error instanceof SettlementError) || error instanceof ZuoraBusyError) throw error;
    return writeUnreadable(dayBefore(today), error);
  }
};

const compose = async (deps: DigestDeps, today: LocalDate, now: number): Promise<Digest> => {
  const { timeZone } = deps;
  const day = dayBefore(today);
  // The queues before the plans, so that what was settled in between is not taken for lost.
  const [position, lastScanAt, refused, work] = await Promise.all([
    deps.switchReader.read(),
    deps.lastScan.read(),
    deps.refusedScans.read(),
    deps.workQueueDepth(),
  ]);
  const problems = (await Promise.all(deps.deadLetters.map((queue) => readProblems(queue)))).flat();
  const setAside = new Set(problems.map(({ accountId }) => accountId));
  const whole = await readReport(deps, {
    ...daysIn(timeZone, day, day),
    accountsMax,
    now,
    around: { setAside, messages: work.visible + work.hidden, position, lastScanAt },
  });
  const found = whole.charged.found.map(({ accountId }) => accountId);
  const nameOf = await namesOf(deps, [...setAside, ...found]);
  const facts: Omit<DigestFacts, "reports"> = {
    day,
    timeZone,
    whole,
    mayBeCharged: whole.charged.found.map(({ paymentRun, accountId }) => ({ paymentRun, account: nameOf(accountId) })),
    failed: problems.map(({ accountId, code, zuoraCode, since, letters }) => ({
      accountId,
      account: nameOf(accountId),
      code,
      zuoraCode,
      runId: letters.flatMap((letter) => runIdOf(letter) ?? []).at(-1),
      since: Date.parse(since),
    })),
    position,
    lastScanAt,
    refusedScans: Object.values(refused).flatMap((each) => each?.accounts ?? []),
  };
  const reports = [
    await keepReport(deps, { folder: `days/${day}`, of: day, whole, nameOf }),
    ...(await keepMonthAfterItsEnd(deps, today, { accountsMax, now })),
  ];
  return writeDigest({ ...facts, reports });
};
