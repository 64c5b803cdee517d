/**
 * `answer`, and a promise that resolves when it has answered a request that `counts` and was then asked nothing more for `ms`:
 * whoever asks has what it needs for now.
 */
export function whenQuiet<Request, Answer>(
  answer: (request: Request) => Promise<Answer>,
  ms: number,
  counts: (request: Request) => boolean = () => true,
): { readonly answer: (request: Request) => Promise<Answer>; readonly quiet: Promise<void> } {
  let open = 0;
  let begun = false;
  let timer: NodeJS.Timeout | undefined;
  let settle: () => void = () => undefined;
  const quiet = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return {
    quiet,
    answer: async (request) => {
      clearTimeout(timer);
      open += 1;
      begun ||= counts(request);
      try {
        return await answer(request);
      } finally {
        open -= 1;
        if (open === 0 && begun) timer = setTimeout(settle, ms);
      }
    },
  };
}
