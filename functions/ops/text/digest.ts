import { createHash } from "node:crypto";
import type { Planned } from "../../app/settle/read-and-plan.ts";
import { planDigestText } from "../../app/settle/settle-one.ts";

/** A short name of a plan and the state that it was made of. */
export const planDigest = (planned: Planned): string =>
  createHash("sha256").update(planDigestText(planned)).digest("hex").slice(0, 12);
