import type { World } from "./system.ts";

/** Somebody stops the system, or leaves it dry, while work is queued and writes are on their way; and lets it go on. */
export const turnTheSwitch = async ({ time, chance, faults, position }: World): Promise<void> => {
  for (let count = chance.below(4); count > 0; count -= 1) {
    await time.sleep(chance.below(20_000));
    position.current = chance.pick(["off", "dry-run"]);
    faults.count(`switched-${position.current}`);
    await time.sleep(chance.below(40_000));
    position.current = "on";
  }
};
