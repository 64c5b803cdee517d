/** The program's mark: a ring with its herd. */
export function Logo({ size = 18 }: { readonly size?: number }): React.ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 18 18" aria-hidden="true">
      <circle cx="9" cy="9" r="7.6" fill="none" stroke="var(--accent)" strokeWidth="1.6" />
      <circle cx="9" cy="5.8" r="1.7" fill="var(--accent)" />
      <circle cx="5.9" cy="10.8" r="1.5" fill="var(--text)" />
      <circle cx="12.1" cy="10.8" r="1.5" fill="var(--text)" />
    </svg>
  );
}
