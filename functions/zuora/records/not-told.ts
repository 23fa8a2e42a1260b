import { hasCreditMemos, type Mode } from "../../domain/credit/mode.ts";
import { ConfigError } from "../../domain/errors.ts";

/**
 * Adjustments tell of credit balance alone. Where memos pay as well, whoever adds them up would sign half of the truth:
 * so nothing is told.
 *
 * @throws {ConfigError}
 */
export const mustTellAll = (mode: Mode | undefined): void => {
  if (mode === undefined || !hasCreditMemos(mode)) return;
  throw new ConfigError(
    `not available in mode ${mode}: the applications of credit memos are not read back from Zuora; ` +
      "status, plan and explain tell what is, and Zuora's own pages what was",
  );
};
