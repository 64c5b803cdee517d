/** The head of a table's column, explained on hover. */
export function ColumnHead({
  hint,
  className,
  children,
}: {
  readonly hint: string;
  readonly className?: string | undefined;
  readonly children: React.ReactNode;
}): React.ReactNode {
  return (
    <th scope="col" className={className}>
      <span data-hint={hint}>{children}</span>
    </th>
  );
}
