import type { ServerResponse } from "node:http";
import { readBody, startLoopbackServer } from "../../local/loopback-server.ts";

const json = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

/**
 * A Zuora of few words: nobody owes anybody anything, or there is one negative invoice whose account cannot be found.
 *
 * @param mood `refuses` knows no OAuth client, `busy` answers 429, `silent` does not answer
 */
export const startTinyZuora = async (mood: "empty" | "one-invoice" | "refuses" | "busy" | "silent") => {
  const seen: string[] = [];
  const server = await startLoopbackServer(async (request, response) => {
    const body = await readBody(request);
    seen.push(`${request.method} ${request.url}`);
    if (mood === "silent") return;
    if (mood === "busy") json(response, 429, {});
    else if (request.url?.startsWith("/oauth/token")) {
      if (mood === "refuses") json(response, 401, { message: "Invalid client id" });
      else json(response, 200, { access_token: "canary-token", token_type: "bearer", expires_in: 3598 });
    } else {
      const isScan = mood === "one-invoice" && /from Invoice where Status = 'Posted' and Balance < 0/i.test(body);
      const records = isScan ? [{ Id: "inv1", AccountId: "acc1", Balance: -5, Currency: "GBP" }] : [];
      json(response, 200, { records, size: records.length, done: true });
    }
  });
  return { ...server, seen };
};
