/** `answer`, and a promise that resolves once the first answer was given, whatever it was. */
export function whenFirstAnswered<Request, Answer>(
  answer: (request: Request) => Answer,
): { readonly answer: (request: Request) => Answer; readonly first: Promise<void> } {
  let settle: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return {
    first,
    answer: (request) => {
      try {
        return answer(request);
      } finally {
        settle();
      }
    },
  };
}
