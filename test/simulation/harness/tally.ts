import type { Mode } from "../../../functions/domain/credit/mode.ts";
import { overspentCredit } from "./credit-watch.ts";
import type { History, HistoryOptions } from "./history.ts";
import { liveThrough } from "./history.ts";
import { misnamed } from "./misnamed.ts";
import { liveThroughPaymentRuns } from "./payment-run-history.ts";
import { paidTwice, paymentRunViolationsOf } from "./payment-run-violations.ts";
import { liveThroughRevenue, type RevenueHistoryOptions } from "./revenue/revenue-history.ts";
import { revenueViolationsOf } from "./revenue/revenue-violations.ts";
import { liveThroughUndo, type UndoHistoryOptions } from "./undo/undo-history.ts";
import { undoViolationsOf } from "./undo/undo-violations.ts";
import { violationsOf } from "./violations.ts";

/** What a number of histories had in common: how often each fault and each error code occurred, and what went wrong. */
export type Tally = {
  readonly histories: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Error codes of outcomes and dead letters; `UNKNOWN` for a dead letter that SQS itself redrove. */
  readonly codes: Readonly<Record<string, number>>;
  readonly deadLetters: number;
  readonly failures: readonly { readonly seed: number; readonly violations: readonly string[] }[];
};

export const emptyTally: Tally = { histories: 0, faults: {}, codes: {}, deadLetters: 0, failures: [] };

/**
 * How a seed's history goes: every tenth without faults, every other one with outside movements, and the rest with each
 * kind of fault at 0.5 to 4 % of what it fits: where it is more, nothing is settled before all faults are over. In
 * every fourth reads lag behind writes, by a little or by seconds; in every eighth writes land late beside standing
 * credit.
 */
export const optionsOf = (seed: number, mode: Mode = "credit-balance"): HistoryOptions => ({
  seed,
  mode,
  faultProbability: seed % 10 === 0 ? 0 : ([2, 0.5, 1, 1.5, 4][seed % 5] ?? 0) / 100,
  outsideMovements: seed % 2 === 1,
  readsLagMs: [0, 300, 0, 0, 0, 3_000, 0, 0][seed % 8] ?? 0,
  writesLandLate: seed % 8 === 6 && seed % 10 !== 0,
});

/** How the tally of a seed's history is made. */
export type TallyOf = (seed: number, mode?: Mode) => Promise<Tally>;

/** Lives through one seed's history of faults and says what was wrong with it. */
export const tallyOf: TallyOf = (seed, mode) =>
  tallied(seed, async () => {
    const options = optionsOf(seed, mode);
    const history = await liveThrough(options);
    for (const { isDoubled } of overspentCredit(history))
      if (isDoubled) history.faults.count("applied-twice-by-two-runs");
    return { history, violations: violationsOf(history, options) };
  });

/** Of a history with payment runs: every fourth without faults, the rest with each kind at 1 to 3 %. */
export const paymentRunFaults = (seed: number): number => (seed % 4) / 100;

/** Lives through one seed's history with payment runs and says what was wrong with it. */
export const tallyOfPaymentRuns: TallyOf = (seed, mode = "credit-balance") =>
  tallied(seed, async () => {
    const faultProbability = paymentRunFaults(seed);
    const history = await liveThroughPaymentRuns({ seed, mode, faultProbability });
    for (const { isExposed } of paidTwice(history)) if (isExposed) history.faults.count("paid-twice-unannounced");
    for (const _ of misnamed(history)) history.faults.count("charged-while-negative-misnamed");
    return { history, violations: paymentRunViolationsOf(history, faultProbability) };
  });

/** Of a history of revenue: every fourth without faults, the rest with each kind at 3 to 9 %; people in every other. */
export const revenueOptionsOf = (seed: number): RevenueHistoryOptions => ({
  seed,
  faultProbability: (3 * (seed % 4)) / 100,
  people: seed % 8 >= 4,
});

/** Lives through one seed's history of revenue and says what was wrong with it. */
export const tallyOfRevenue: TallyOf = (seed) =>
  tallied(seed, async () => {
    const options = revenueOptionsOf(seed);
    const history = await liveThroughRevenue(options);
    return { history, violations: revenueViolationsOf(history, options) };
  });

/**
 * Of a history of an undo: every tenth without faults, the rest with each kind at 2 to 5 %; people in every other; in
 * half of them reads lag behind writes.
 */
export const undoOptionsOf = (seed: number, mode: Mode = "credit-balance"): UndoHistoryOptions => ({
  seed,
  mode,
  faultProbability: seed % 10 === 0 ? 0 : (2 + (seed % 4)) / 100,
  outsideMovements: seed % 2 === 1,
  readsLagMs: [0, 0, 300, 3_000][seed % 4] ?? 0,
});

/** Lives through one seed's history of an undo and says what was wrong with it. */
export const tallyOfUndo: TallyOf = (seed, mode) =>
  tallied(seed, async () => {
    const options = undoOptionsOf(seed, mode);
    const history = await liveThroughUndo(options);
    return { history, violations: undoViolationsOf(history, options) };
  });

/** What a tally is made of. */
type Told = Pick<History, "deadLetters"> & {
  readonly faults: { readonly counts: ReadonlyMap<string, number> };
  readonly lines: readonly { readonly code?: string | undefined }[];
};

type Lived = { readonly history: Told; readonly violations: readonly string[] };

/** An error is a violation too. */
const tallied = async (seed: number, live: () => Promise<Lived>): Promise<Tally> => {
  try {
    const { history, violations } = await live();
    return {
      histories: 1,
      faults: Object.fromEntries(history.faults.counts),
      codes: codesOf(history),
      deadLetters: history.deadLetters.messages.length,
      failures: violations.length === 0 ? [] : [{ seed, violations }],
    };
  } catch (error) {
    const violation = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...emptyTally, histories: 1, failures: [{ seed, violations: [violation] }] };
  }
};

export const addTallies = (a: Tally, b: Tally): Tally => ({
  histories: a.histories + b.histories,
  faults: addCounts(a.faults, b.faults),
  codes: addCounts(a.codes, b.codes),
  deadLetters: a.deadLetters + b.deadLetters,
  failures: [...a.failures, ...b.failures],
});

const addCounts = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) => {
  const sums: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
};

const codesOf = ({ lines, deadLetters }: Told): Record<string, number> => {
  const codes: Record<string, number> = {};
  const count = (code: string) => {
    codes[code] = (codes[code] ?? 0) + 1;
  };
  for (const { code } of lines) if (code !== undefined) count(code);
  for (const { attributes } of deadLetters.messages) count(`dead letter ${attributes["errorCode"] ?? "UNKNOWN"}`);
  return codes;
};
