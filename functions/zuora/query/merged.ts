/** What several streams bring, whichever comes first; the next of each is on its way meanwhile. */
export async function* merged<T>(streams: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const pending = new Map(
    streams.map((stream) => {
      const iterator = stream[Symbol.asyncIterator]();
      return [iterator, nextOf(iterator)] as const;
    }),
  );
  while (pending.size > 0) {
    const { iterator, result } = await Promise.race(pending.values());
    if (result.done === true) {
      pending.delete(iterator);
      continue;
    }
    pending.set(iterator, nextOf(iterator));
    yield result.value;
  }
}

const nextOf = <T>(iterator: AsyncIterator<T>) => {
  const next = iterator.next().then((result) => ({ iterator, result }));
  // Who fails after another one has is waited for by nobody.
  next.catch(() => {});
  return next;
};
