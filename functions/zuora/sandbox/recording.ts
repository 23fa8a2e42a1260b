import type { HttpRequest, HttpResponse, Transport } from "../http/transport.ts";
import { anonymise, masked } from "./anonymise.ts";

/** One exchange as a line of JSON, without what it says of anybody, and without any secret. */
export type Recording = {
  /** Sends what it is given, and tells the recording of it. */
  through(transport: Transport): Transport;
  /** From now on, each exchange is kept as a line. */
  begin(keep: (line: string) => void): void;
};

export const createRecording = (): Recording => {
  let keep: ((line: string) => void) | undefined;
  return {
    through: (transport) => async (request) => {
      const response = await transport(request);
      keep?.(JSON.stringify(recorded(request, response)));
      return response;
    },
    begin: (keeping) => {
      keep = keeping;
    },
  };
};

const recorded = ({ method, path, headers, body = "" }: HttpRequest, response: HttpResponse) => ({
  method,
  path: withoutIds(path),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, anonymousHeader(name, value)])),
  body: path === "/oauth/token" ? "client_id=x&client_secret=x&grant_type=client_credentials" : textOf(body),
  status: response.status,
  answer: textOf(response.body),
});

/** What is no JSON is not kept: nobody knows what it says. */
const textOf = (text: string): string => {
  const value = anonymise(text);
  return value === undefined ? "" : JSON.stringify(value);
};

/** In a filter an id follows `%3A`, which is no boundary of a word. */
const withoutIds = (path: string): string => path.replaceAll(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, "0".repeat(32));

const anonymousHeader = (name: string, value: string): string => {
  if (name === "authorization") return "Bearer x";
  return /^(accept|content-type|zuora-version|x-zuora-wsdl-version)$/.test(name) ? value : masked(value);
};
