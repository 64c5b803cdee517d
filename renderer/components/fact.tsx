/** One line of a list of facts (`dl`): what it is, and how it is. The list and its look are the page's. */
export function Fact({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint: string;
  readonly children: React.ReactNode;
}): React.ReactNode {
  return (
    <div data-hint={hint}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
