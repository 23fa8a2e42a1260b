import * as z from "zod";
import type { Clock, Credentials, CredentialsSource } from "../../app/ports.ts";
import { ZuoraAccessError, ZuoraBusyError } from "../../domain/errors.ts";
import { retryAfterMsOf } from "./answers/answer.ts";
import { isThrottle } from "./answers/classify.ts";
import { readFailure } from "./answers/failure.ts";
import { parseExact } from "./answers/json.ts";
import { type HttpResponse, NoAnswerError, type Transport } from "./transport.ts";
/** The bearer token of one execution environment: asked for once, shared by all calls, renewed early. */
export type Tokens = {
  /** @throws {ZuoraBusyError | ZuoraAccessError | ConfigError} */
  current(): Promise<string>;
  /** Zuora's id of the user that the tokens are for, without hyphens; undefined where the latest does not say. */
  userId(): Promise<string | undefined>;
  /** Forgets a token that Zuora refused, unless another call has replaced it meanwhile. */
  refuse(token: string): void;
};

/** Zuora's tokens live about an hour (`expires_in`); the guide says to renew five minutes early. */
const renewEarlyMaxMs = 5 * 60_000;
const lifetimeWhenUnknownMs = 10 * 60_000;

const answer = z.object({
  access_token: z.string().min(1),
  expires_in: z.unknown().optional(),
  // Such as `user.<id> entity.<id> tenant.<number>`.
  scope: z.unknown().optional(),
});

type Deps = {
  readonly transport: Transport;
  readonly credentials: CredentialsSource;
  readonly clock: Clock;
  readonly headers: Readonly<Record<string, string>>;
};

export const createTokens = (deps: Deps): Tokens => {
  let cached: { readonly token: string; readonly renewAt: number } | undefined;
  let refused = false;
  let userId: string | undefined;
  let renewal: Promise<string> | undefined;

  const renew = async () => {
    const askedAt = deps.clock.now();
    const { token, lifetimeMs, ...told } = await requestToken(deps, { fresh: refused });
    userId = told.userId;
    cached = { token, renewAt: askedAt + lifetimeMs - Math.min(renewEarlyMaxMs, lifetimeMs / 4) };
    refused = false;
    return token;
  };

  const current = async () => {
    if (cached !== undefined && deps.clock.now() < cached.renewAt) return cached.token;
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
  return {
    current,
    userId: async () => {
      await current();
      return userId;
    },
    refuse: (token) => {
      if (cached?.token !== token) return;
      cached = undefined;
      refused = true;
    },
  };
};

/** Asks once with the secret at hand and, where that is refused, once more with the secret as it is now. */
const requestToken = async (deps: Deps, { fresh }: { fresh: boolean }) => {
  try {
    return await exchange(deps, await deps.credentials.read({ fresh }));
  } catch (error) {
    if (!(error instanceof ZuoraAccessError) || fresh) throw error;
    return exchange(deps, await deps.credentials.read({ fresh: true }));
  }
};

const exchange = async ({ transport, headers }: Deps, { clientId, clientSecret }: Credentials) => {
  const form = { client_id: clientId, client_secret: clientSecret, grant_type: "client_credentials" };
  const body = new URLSearchParams(form).toString();
  const contentType = { "content-type": "application/x-www-form-urlencoded" };
  let response: HttpResponse;
  try {
    response = await transport({ method: "POST", path: "/oauth/token", headers: { ...headers, ...contentType }, body });
  } catch (error) {
    if (error instanceof NoAnswerError)
      throw new ZuoraBusyError(`no answer to the token request (${error.message})`, { cause: error });
    throw error;
  }
  return readToken(response);
};

const readToken = (response: HttpResponse) => {
  const json = jsonOf(response.body);
  const failure = readFailure(response.status, json);
  // OAuth refuses a client with 400 or 401: a 404 is of whatever stands before it, and says nothing of credentials.
  const isAway = response.status >= 500 || response.status === 404;
  if (failure !== undefined && (isThrottle(failure) || isAway)) {
    const retryAfterMs = retryAfterMsOf(response.headers);
    throw new ZuoraBusyError(`Zuora's token service answered HTTP ${response.status}`, { retryAfterMs });
  }
  const parsed = answer.safeParse(json);
  if (failure !== undefined || !parsed.success) {
    // Zuora's text may repeat the client id or more: it stays out of the message.
    throw new ZuoraAccessError(
      `authentication: Zuora's token service refused the OAuth client with HTTP ${response.status}; ` +
        "check clientId and clientSecret in the secret and that the OAuth user is active",
    );
  }
  const seconds = Number(parsed.data.expires_in);
  const lifetimeMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : lifetimeWhenUnknownMs;
  return { token: parsed.data.access_token, lifetimeMs, userId: userIn(parsed.data.scope) };
};

const userIn = (scope: unknown): string | undefined =>
  /(?:^|\s)user\.([\w-]+)/.exec(typeof scope === "string" ? scope : "")?.[1]?.replaceAll("-", "");

const jsonOf = (text: string): unknown => {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
};
