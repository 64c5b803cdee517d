import 'react';

declare module 'react' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- a declaration that is merged has the same parameters
  interface HTMLAttributes<T> {
    /** Element Timing: the page's performance timeline says when this element was first painted. React's types do not know it. */
    elementtiming?: string;
  }
}
