import type { ZuoraClient } from "../http/client.ts";

/**
 * A look that left so lately, in milliseconds, or waits for its turn to leave, also answers the batches that are
 * handled beside.
 */
const sharedMs = 300;

type Look<T> = { readonly answer: Promise<T>; readonly leftAt: () => number | undefined };

/**
 * What is looked at anew, whoever else has just asked.
 *
 * @param read tells when it leaves, or each of its pages: what happened before is in its answer
 * @returns looks; never answered by `previous`, which the same batch has acted on already
 */
export const createSharedLook = <T>(
  now: () => number,
  read: (client: ZuoraClient, onLeave: () => void) => Promise<T>,
): ((client: ZuoraClient, previous?: T) => Promise<T>) => {
  let latest: Look<T> | undefined;
  const look = (client: ZuoraClient): Promise<T> => {
    const askedAt = now();
    let leftAt: number | undefined;
    // Of several pages the first is the oldest.
    const answer = read(client, () => {
      leftAt ??= now();
    });
    // What has been answered has left, whether it was told or not.
    const hasLeft = () => {
      leftAt ??= askedAt;
    };
    answer.then(hasLeft, hasLeft);
    latest = { answer, leftAt: () => leftAt };
    return answer;
  };
  return async (client, previous) => {
    if (latest === undefined || now() - (latest.leftAt() ?? now()) >= sharedMs) return look(client);
    const ofAnother = await latest.answer.catch(() => undefined);
    return ofAnother === undefined || ofAnother === previous ? look(client) : ofAnother;
  };
};
