/** Whether an address is on this machine, whatever name it has. */
export const isLoopback = (text: string): boolean => {
  const hostname = URL.parse(text)?.hostname ?? "";
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
};
