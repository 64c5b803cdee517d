/** `answer`, and a promise that resolves once the first answer was given, whatever it was. */
export function whenFirstAnswered<Request, Answer>(
  answer: (request: Request) => Promise<Answer>,
): { readonly answer: (request: Request) => Promise<Answer>; readonly first: Promise<void> } {
  let settle: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return {
    first,
    answer: async (request) => {
      try {
        return await answer(request);
      } finally {
        // What waits is heavy, and the answer must be out before it begins.
        setImmediate(settle);
      }
    },
  };
}
