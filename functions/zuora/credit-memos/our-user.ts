import { ConfigError } from "../../domain/errors.ts";
import type { Connection } from "../http/connection.ts";

/**
 * Zuora's id, without hyphens, of the user that this system signs in as.
 *
 * @throws {ConfigError} where the token does not tell
 */
export const ourUserOf = async ({ tokens }: Pick<Connection, "tokens">): Promise<string> => {
  const ourUser = await tokens.userId();
  if (ourUser !== undefined) return ourUser;
  throw new ConfigError("Zuora's token does not say which user is ours: nothing tells our applications apart");
};
