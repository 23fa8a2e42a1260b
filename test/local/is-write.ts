/** The only requests other than GET that change nothing: a new token, and Zuora's queries. */
const readingPosts = /\/(oauth\/token|action\/query|action\/queryMore)$/;

/**
 * Whether a request could change something in a Zuora tenant: `action/create`, `/v1/object/*`, any PUT or DELETE, and
 * everything else that is not known to be harmless.
 */
export const isWrite = (method: string, target: string): boolean => {
  if (method === "GET" || method === "HEAD") return false;
  const { pathname } = new URL(target, "http://localhost");
  return method !== "POST" || !readingPosts.test(pathname);
};
