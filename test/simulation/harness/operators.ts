import type { Switch } from "../../../functions/app/ports.ts";
import { ConfigError } from "../../../functions/domain/errors.ts";
import type { World } from "./system.ts";

/** What the parameter says; `unreadable` while nobody can read it. */
export type Position = Switch | "unreadable";

/** @throws {ConfigError} as the reader of the parameter does */
export const readPosition = async ({ position }: Pick<World, "position">): Promise<Switch> => {
  if (position.current === "unreadable") throw new ConfigError("the parameter cannot be read: ThrottlingException");
  return position.current;
};

/** Somebody stops the system, or leaves it dry, while work is queued and writes are on their way; and lets it go on. */
export const turnTheSwitch = async ({ time, chance, faults, position }: World): Promise<void> => {
  // Only one kind in a history, so that what is told of it can be judged.
  const kinds: readonly Position[] = chance.hits(0.3) ? ["unreadable"] : ["off", "dry-run"];
  for (let count = chance.below(4); count > 0; count -= 1) {
    await time.sleep(chance.below(20_000));
    position.current = chance.pick(kinds);
    faults.count(`switched-${position.current}`);
    await time.sleep(chance.below(40_000));
    position.current = "on";
  }
};
