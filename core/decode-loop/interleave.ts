/** Runs up to `width` sources at a time and yields what they give as it comes, each pulled no faster than this is read; leaving, or an error, closes all. `over` is called when all are. */
export async function* interleave<T>(
  sources: Iterable<AsyncGenerator<T, void>>,
  width: number,
  over: () => void = () => undefined,
): AsyncGenerator<T, void> {
  const waiting = sources[Symbol.iterator]();
  const open = new Set<AsyncGenerator<T, void>>();
  const ready: { source: AsyncGenerator<T, void>; result?: IteratorResult<T, void>; error?: unknown }[] = [];
  let wake = (): void => undefined;

  const pull = (source: AsyncGenerator<T, void>): void => {
    source.next().then(
      (result) => {
        ready.push({ source, result });
        wake();
      },
      (error: unknown) => {
        ready.push({ source, error });
        wake();
      },
    );
  };
  const fill = (): void => {
    while (open.size < width) {
      const { value, done } = waiting.next();
      if (done) return;
      open.add(value);
      pull(value);
    }
  };

  try {
    fill();
    while (open.size > 0) {
      if (ready.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const { source, result, error } = ready.shift()!;
      if (!result) throw error;
      if (result.done) {
        open.delete(source);
        fill();
      } else {
        yield result.value;
        pull(source);
      }
    }
  } finally {
    await Promise.allSettled([...open].map((source) => source.return()));
    over();
  }
}
