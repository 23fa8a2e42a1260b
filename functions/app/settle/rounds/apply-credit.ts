import type { AccountId } from "../../../domain/account.ts";
import { SettlementError, settlementError } from "../../../domain/errors.ts";
import type { Charging } from "../../../domain/payment-run.ts";
import type { Policy } from "../../../domain/policy.ts";
import { slices } from "../../slices.ts";
import type { AccountStep, Done } from "../carry-out.ts";
import { adjustmentsPerCallMax, type Ledger } from "../ports.ts";
import type { Progress } from "./progress.ts";

/** As many Decreases as leave after one look: what an environment has in flight. */
const rowsPerLook = 2 * adjustmentsPerCallMax;

type ApplyDeps = {
  readonly ledger: Pick<Ledger, "runsInProgress" | "accountsBeingPaid">;
  readonly policy: Policy;
  readonly send: (steps: readonly AccountStep[]) => Promise<readonly Done[]>;
};

/**
 * Sends the Decreases of accounts whose Increases are confirmed, after a last look at who is being charged: a person may
 * have started a payment run since the accounts were read. What it may charge waits. Payment runs are looked at before
 * every two calls, payments once, since a run makes them.
 */
export const applyCredit = async (deps: ApplyDeps, accounts: readonly Progress[]): Promise<void> => {
  const applying = new Map(accounts.filter(isApplying).map((account) => [account.id, account]));
  const waves = wavesOf([...applying.values()]);
  const done: Done[] = [];
  let beingPaid: ReadonlySet<AccountId> | undefined;
  let unseen: SettlementError | undefined;
  let unlooked: readonly AccountStep[] = [];
  for (const [index, wave] of waves.entries()) {
    const charging = await look(deps.ledger, [...applying.keys()], beingPaid).catch(settlementError);
    if (charging instanceof SettlementError) {
      unseen = charging;
      unlooked = waves.slice(index).flat();
      break;
    }
    beingPaid = charging.accountsBeingPaid;
    for (const { accountId } of wave) applying.get(accountId)?.lookAgain(charging, deps.policy);
    const free = new Set([...applying.values()].filter(isApplying).map(({ id }) => id));
    done.push(...(await deps.send(wave.filter(({ accountId }) => free.has(accountId)))));
  }
  for (const account of applying.values()) account.note(done);
  if (unseen !== undefined) for (const { accountId } of unlooked) applying.get(accountId)?.wait(unseen);
};

const isApplying = (account: Progress): boolean => account.steps("ApplyCreditBalance").length > 0;

const look = async (
  ledger: ApplyDeps["ledger"],
  ids: readonly AccountId[],
  beingPaid: ReadonlySet<AccountId> | undefined,
): Promise<Charging> => {
  const [runs, accountsBeingPaid] = await Promise.all([
    ledger.runsInProgress(),
    beingPaid ?? ledger.accountsBeingPaid(ids),
  ]);
  return { runs, accountsBeingPaid };
};

/** Whole accounts to a wave; who has more steps than fit has waves of its own. */
const wavesOf = (accounts: readonly Progress[]): readonly (readonly AccountStep[])[] => {
  const waves: AccountStep[][] = [];
  for (const account of accounts) {
    for (const own of slices(account.steps("ApplyCreditBalance"), rowsPerLook)) {
      const last = waves.at(-1);
      if (last !== undefined && last.length + own.length <= rowsPerLook) last.push(...own);
      else waves.push([...own]);
    }
  }
  return waves;
};
