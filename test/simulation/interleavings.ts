import { expect } from "vitest";
import { type AccountState, isOpen } from "../../functions/domain/account.ts";
import type { Step } from "../../functions/domain/credit/step.ts";
import { min, subtract } from "../../functions/domain/money.ts";
import { plan } from "../../functions/domain/plan.ts";
import { attempt, money, owed, policy, positions, readAgain, told } from "../unit/domain/fixtures.ts";

/** What Zuora does as a whole or not at all: one row of a create, or everything that one memo pays. */
type Call = readonly Step[];

/**
 * One execution as settlement does it: all Increases, then memos, one call for each, then the Decreases, each kind only
 * if all before it was confirmed; after any refusal, and where its plan says that more follows, it reads and plans
 * again, three rounds at most. A refused call of several is repeated one by one.
 */
export type Execution = {
  readonly round: number;
  /** Absent: reads and plans next. Empty: has ended. */
  readonly sending?: readonly Call[];
  readonly later: readonly (readonly Call[])[];
  readonly refused: boolean;
  /** More follows what it has planned. */
  readonly goesOn?: boolean;
  /** May die between any two steps and never be seen again. */
  readonly mayDie?: boolean;
};

/** An outside decrease of an open invoice's balance, at any time and never of more than is open. */
type Payment = { readonly number: string; readonly amount: string };

/** Everything that decides how it may go on. */
type World = {
  readonly account: AccountState;
  readonly executions: readonly Execution[];
  /** Still to come. */
  readonly payment?: Payment;
};

const roundsMax = 3;

const ended: Execution = { round: roundsMax, sending: [], later: [], refused: false };

export const aboutToRead: Execution = { round: 0, later: [], refused: false };

/** An execution that has just read the account and made its plan. */
export const planned = (state: AccountState, { round }: Execution = aboutToRead): Execution => {
  const read = readAgain(state);
  const { steps, later: next } = plan(read, policy());
  const alone = (kind: Step["kind"]): readonly Call[] =>
    steps.filter((step) => step.kind === kind).map((step) => [step]);
  const ofMemos = steps.filter((step) => step.kind === "ApplyCreditMemo");
  const memos = [...Map.groupBy(ofMemos, ({ creditMemo }) => creditMemo.id).values()];
  const later = [memos, alone("ApplyCreditBalance")];
  return afterAnswer({
    round: round + 1,
    sending: alone("TransferToCreditBalance"),
    later,
    refused: false,
    goesOn: next !== undefined,
  });
};

/** What follows once everything of one kind was answered. */
const afterAnswer = (execution: Execution): Execution => {
  const { round, sending, later, refused, goesOn } = execution;
  if (sending?.length !== 0) return execution;
  const [next, ...others] = later;
  if (refused || (next === undefined && goesOn))
    return round < roundsMax ? { round, later: [], refused: false } : ended;
  return next === undefined ? ended : afterAnswer({ ...execution, sending: next, later: others });
};

type Move = readonly [AccountState, Execution];

/** What one execution may do next: the account and the execution after it. None where it has ended. */
const movesOf = (state: AccountState, execution: Execution, locks: boolean): readonly Move[] => {
  const { sending, mayDie } = execution;
  const keep = (next: Execution): Execution => (mayDie === undefined ? next : { ...next, mayDie });
  if (sending === undefined) return [[state, keep(planned(state, execution))]];
  const [call, ...others] = sending;
  if (call === undefined) return [];
  const after = attemptAll(state, call);
  const answered = (refused: boolean) =>
    keep(afterAnswer({ ...execution, sending: others, refused: execution.refused || refused }));
  const oneByOne = () => keep({ ...execution, sending: [...call.map((step) => [step]), ...others] });
  const moves: Move[] = [[after, after === state && call.length > 1 ? oneByOne() : answered(after === state)]];
  if (locks) moves.push([state, answered(true)]);
  if (mayDie) moves.push([state, ended]);
  return moves;
};

const attemptAll = (state: AccountState, call: Call): AccountState => {
  let after = state;
  for (const step of call) {
    const next = attempt(after, step);
    if (next === after) return state;
    after = next;
  }
  return after;
};

const paid = (state: AccountState, { number, amount }: Payment): AccountState => ({
  ...state,
  invoices: state.invoices.map((each) =>
    each.number === number && isOpen(each)
      ? { ...each, balance: subtract(each.balance, min(each.balance, money(amount))) }
      : each,
  ),
});

const successorsOf = (world: World, locks: boolean): readonly World[] => {
  const { account, executions, payment } = world;
  const next = executions.flatMap((execution, index) =>
    movesOf(account, execution, locks).map(([after, moved]) => ({
      ...world,
      account: after,
      executions: executions.with(index, moved),
    })),
  );
  for (const { account: after } of next) expectConserved(account, after);
  return payment === undefined ? next : [...next, { account: paid(account, payment), executions }];
};

const nameOf = ({ account, executions, payment }: World): string =>
  JSON.stringify([
    positions(account),
    executions.map(({ round, sending, later, refused, goesOn, mayDie }) => [
      round,
      sending?.map((call) => call.map(told)) ?? "reads",
      later.map((calls) => calls.map((call) => call.map(told))),
      refused,
      goesOn,
      mayDie,
    ]),
    payment,
  ]);

/**
 * Walks every interleaving to its end; on the way nothing passes zero, no step changes what is owed in all, and without
 * locks and payments no invoice is adjusted twice.
 * Worlds that are alike go on alike, so each is walked once and counted as often as it is reached.
 *
 * @param locks any row of any call may also be refused for no reason of its own
 */
export const explore = (
  start: World,
  { locks = false } = {},
): { readonly ends: readonly AccountState[]; readonly interleavings: bigint } => {
  const counted = new Map<string, bigint>();
  const ends = new Map<string, AccountState>();
  const walk = (world: World): bigint => {
    const name = nameOf(world);
    const known = counted.get(name);
    if (known !== undefined) return known;
    expectNothingBeyondZero(start.account, world.account);
    const successors = successorsOf(world, locks);
    // Several memos may pay one invoice, each of them once.
    if (!locks && start.payment === undefined && start.account.creditMemos === undefined) {
      for (const next of successors) expectOneMovementEach(start.account, world.account, next.account);
    }
    if (successors.length === 0) ends.set(name, world.account);
    const interleavings = successors.length === 0 ? 1n : successors.reduce((count, next) => count + walk(next), 0n);
    counted.set(name, interleavings);
    return interleavings;
  };
  const interleavings = walk(start);
  return { ends: [...ends.values()], interleavings };
};

/** `expect` itself only in the rare case: it is too slow for a million worlds. */
const expectNothingBeyondZero = (before: AccountState, after: AccountState): void => {
  const flipped = after.invoices.some(({ balance }, index) => before.invoices[index]?.balance.times(balance).lt(0));
  const isOverApplied = after.creditMemos?.some(({ unapplied }) => unapplied.lt(0)) === true;
  if (after.creditBalance.lt(0) || flipped || isOverApplied)
    expect.fail(`beyond zero: ${JSON.stringify(positions(after))}`);
};

const expectConserved = (before: AccountState, after: AccountState): void => {
  if (!owed(before).eq(owed(after))) expect.fail(`not conserved: ${JSON.stringify([before, after].map(positions))}`);
};

const expectOneMovementEach = (start: AccountState, before: AccountState, after: AccountState): void => {
  for (const [index, { number, balance }] of before.invoices.entries()) {
    const isUntouched = start.invoices[index]?.balance.eq(balance) === true;
    const isMoved = after.invoices[index]?.balance.eq(balance) === false;
    if (isMoved && !isUntouched) expect.fail(`${number} was adjusted twice: ${JSON.stringify(positions(after))}`);
  }
};
