import { evaluationRange } from "./alarm-state.ts";
import {
  type AlarmProperties,
  type Datapoint,
  metricKeysOf,
  periodMinutes,
  readEmbedded,
  stateOf,
} from "./cloudwatch.ts";
import { allIsWell, type Failure } from "./failures.ts";

/** In minutes. A message that waits comes back after five at most. */
const every = { scan: 15, receive: 5 } as const;

/** How long something goes on being wrong after its alarm rang, to see that it rings without a gap. */
const ringingMinutes = 90;

/** No alarm here takes longer. */
const minutesMax = 30 * 60;

/** When an alarm rings and falls silent, in minutes. */
export type Timeline = {
  /** From when it began to be wrong: from the last time that it was right, where what is wrong is silence. */
  readonly ringsAfter: number;
  /** From when it last was wrong. */
  readonly quietAfter: number;
  /** Minutes of silence while it rang and was still wrong. */
  readonly gaps: number;
};

type Told = Omit<Datapoint, "minute">;

/** What CloudWatch is told while things are so: our functions' own lines, and what AWS counts. */
export type ToldWhile = {
  readonly wrong: readonly Told[];
  readonly right: readonly Told[];
  readonly scan: readonly Told[];
  readonly counted: { readonly wrong: readonly Told[]; readonly right: readonly Told[] };
};

/** Runs a failure's two sides, and a scan, once each. What is written down ends up in `lines`. */
export const toldOf = async (alarm: AlarmProperties, failure: Failure, lines: string[]): Promise<ToldWhile> => {
  const written = async (happens: () => Promise<void>): Promise<readonly Told[]> => {
    lines.length = 0;
    await happens();
    return readEmbedded(lines, 0);
  };
  const countedBy = (figures: Readonly<Record<string, number>> = {}): readonly Told[] =>
    Object.entries(figures).flatMap(([metricName, value]) =>
      metricKeysOf(alarm)
        .filter((key) => key.startsWith("AWS/") && key.includes(` ${metricName} `))
        .map((metric) => ({ metric, value })),
    );
  return {
    wrong: await written(failure.wrong),
    right: await written(failure.right),
    scan: await written(allIsWell),
    counted: { wrong: countedBy(failure.aws?.wrong), right: countedBy(failure.aws?.right) },
  };
};

type State = "wrong" | "right";

/**
 * What is told in one minute. A scan comes every quarter of an hour and tells of its own failures; a processor whose
 * account is settled has nothing more to say.
 */
const toldAt = (minute: number, wrongUntil: number, { seen }: Failure, told: ToldWhile): readonly Told[] => {
  const state = stateAt(minute, wrongUntil);
  const isScan = minute % every.scan === 0;
  if (seen === "by each scan") return isScan ? [...told[state], ...told.counted[state]] : [];
  const isReceive = seen === "by each receive" && minute % every.receive === 0;
  const speaks = isReceive && (state === "wrong" || minute === wrongUntil);
  return [...(isScan ? told.scan : []), ...told.counted[state], ...(speaks ? told[state] : [])];
};

const stateAt = (minute: number, wrongUntil: number): State => (minute >= 0 && minute < wrongUntil ? "wrong" : "right");

/**
 * Lets an hour pass in which all is well, then what is wrong, until some time after the alarm rang, and then what is
 * right again; CloudWatch looks every minute.
 *
 * @throws {Error} for an alarm that rings when all is well, never, or for ever
 */
export const timelineOf = (alarm: AlarmProperties, failure: Failure, told: ToldWhile): Timeline => {
  const datapoints: Datapoint[] = [];
  const retrievedMinutes = evaluationRange(alarm.EvaluationPeriods) * periodMinutes(alarm);
  const live = (minute: number, wrongUntil = Number.POSITIVE_INFINITY): boolean => {
    datapoints.push(...toldAt(minute, wrongUntil, failure, told).map((each) => ({ ...each, minute })));
    while ((datapoints[0]?.minute ?? minute) <= minute - retrievedMinutes) datapoints.shift();
    return stateOf(alarm, datapoints, minute) === "ALARM";
  };
  for (let minute = -60; minute < 0; minute += 1) {
    if (live(minute)) throw new Error(`rings at minute ${minute}, when all is well`);
  }
  let ringsAt = 0;
  while (!live(ringsAt)) {
    ringsAt += 1;
    if (ringsAt > minutesMax) throw new Error("never rings");
  }
  const wrongUntil = roundUp(ringsAt + ringingMinutes);
  let gaps = 0;
  for (let minute = ringsAt + 1; minute < wrongUntil; minute += 1) if (!live(minute)) gaps += 1;
  let quietAt = wrongUntil;
  while (live(quietAt, wrongUntil)) {
    quietAt += 1;
    if (quietAt > wrongUntil + minutesMax) throw new Error("is never quiet again");
  }
  const isSilent = told.wrong.length + told.counted.wrong.length === 0;
  const lastWrong = isSilent ? wrongUntil : lastSeenBefore(wrongUntil, failure.seen);
  return { ringsAfter: ringsAt + (isSilent ? every.scan : 0), quietAfter: quietAt - lastWrong, gaps };
};

const roundUp = (minute: number): number => Math.ceil(minute / every.scan) * every.scan;

const lastSeenBefore = (minute: number, seen: Failure["seen"]): number => {
  if (seen === "every minute") return minute - 1;
  return minute - (seen === "by each scan" ? every.scan : every.receive);
};
