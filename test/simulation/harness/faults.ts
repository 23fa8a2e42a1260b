import type { Chance } from "./random.ts";

/** What can go wrong on the way to Zuora and back, and inside it. */
export const callFaults = [
  "connection-refused",
  "dropped-before-commit",
  "dropped-after-commit",
  "throttled-429",
  "throttled-on-200",
  "html-503",
  "json-500",
  "gateway-504-after-commit",
  "refusal-on-200",
  "user-info-401",
  "never-answers",
  "late-commit",
  "call-lock",
  "stale-read",
  "gateway-404",
] as const;

export const rowFaults = ["row-lock", "batch-fail-hiding-lock", "row-internal-error", "success-not-applied"] as const;

export type CallFault = (typeof callFaults)[number];
export type RowFault = (typeof rowFaults)[number];

/** Faults that make sense only for one kind of call. */
const onlyFor: Partial<Record<CallFault, "read" | "write">> = {
  "gateway-504-after-commit": "write",
  "late-commit": "write",
  "call-lock": "write",
  "stale-read": "read",
};

/** Chooses faults and counts them. */
export class FaultPlan {
  readonly counts = new Map<string, number>();
  readonly #chance: Chance;
  readonly #probability: number;
  #isOver = false;

  /** @param probability of each kind of fault, per call or row that it fits */
  constructor(chance: Chance, probability: number) {
    this.#chance = chance;
    this.#probability = probability;
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#isOver = true;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  call(kind: "read" | "write"): CallFault | undefined {
    return this.#choose(callFaults.filter((fault) => (onlyFor[fault] ?? kind) === kind));
  }

  row(): RowFault | undefined {
    return this.#choose(rowFaults);
  }

  happens(name: string): boolean {
    return this.#choose([name]) !== undefined;
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  #choose<F extends string>(faults: readonly F[]): F | undefined {
    const draw = this.#chance.next();
    if (this.#isOver) return undefined;
    const fault = faults[Math.floor(draw / this.#probability)];
    if (fault !== undefined) this.count(fault);
    return fault;
  }
}
