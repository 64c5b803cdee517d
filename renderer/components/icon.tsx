import type { ReactNode } from 'react';

// Line icons, 16 × 16, drawn for this program. They take the text's colour and are never the only label of anything.

const paths = {
  plus: <path d="M8 3v10M3 8h10" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.2 10.2 3.3 3.3" />
    </>
  ),
  settings: (
    <>
      <path d="M2.5 5h5M11.5 5h2M2.5 11h2M8.5 11h5" />
      <circle cx="9.5" cy="5" r="1.75" />
      <circle cx="6.5" cy="11" r="1.75" />
    </>
  ),
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.75" />
      <path d="M10.5 5.5v-1.5a1.5 1.5 0 0 0-1.5-1.5h-5a1.5 1.5 0 0 0-1.5 1.5v5a1.5 1.5 0 0 0 1.5 1.5h1.5" />
    </>
  ),
  check: <path d="m3.5 8.5 3 3 6-7" />,
  'chevron-down': <path d="m4 6 4 4 4-4" />,
  'chevron-right': <path d="m6 4 4 4-4 4" />,
  retry: (
    <>
      <path d="M13 8a5 5 0 1 1-1.6-3.7" />
      <path d="M13.2 2.2v2.9h-2.9" />
    </>
  ),
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  more: (
    <>
      <circle cx="3.5" cy="8" r=".8" />
      <circle cx="8" cy="8" r=".8" />
      <circle cx="12.5" cy="8" r=".8" />
    </>
  ),
  key: (
    <>
      <circle cx="5" cy="10.5" r="2.75" />
      <path d="m7 8.5 5.5-5.5M10 5.5l2 2" />
    </>
  ),
  link: (
    <path d="M9 3h4v4M13 3 7.5 8.5M11.5 9.5v2a1.5 1.5 0 0 1-1.5 1.5h-5a1.5 1.5 0 0 1-1.5-1.5v-5a1.5 1.5 0 0 1 1.5-1.5h2" />
  ),
  file: <path d="M9 2.5h-4a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h6a1 1 0 0 0 1-1v-7zM9 2.5v3h3" />,
  edit: <path d="m3 13 .7-2.9 7-7a1.2 1.2 0 0 1 1.7 0l.5.5a1.2 1.2 0 0 1 0 1.7l-7 7z" />,
  trash: <path d="M3 4.5h10M6.5 4.5v-1.5h3v1.5M4.5 4.5l.6 8a1 1 0 0 0 1 .9h3.8a1 1 0 0 0 1-.9l.6-8" />,
  fit: (
    <path d="M2.5 6v-2a1.5 1.5 0 0 1 1.5-1.5h2M10 2.5h2a1.5 1.5 0 0 1 1.5 1.5v2M13.5 10v2a1.5 1.5 0 0 1-1.5 1.5h-2M6 13.5h-2a1.5 1.5 0 0 1-1.5-1.5v-2" />
  ),
  download: <path d="M8 2.5v7.5M5 7.2l3 3 3-3M3 12.5h10" />,
  minus: <path d="M3 8h10" />,
  play: <path d="M5 3.2v9.6l7.5-4.8z" />,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  'skip-back': <path d="M4 3.5v9M12 3.5v9L6 8z" />,
  'skip-forward': <path d="M12 3.5v9M4 3.5v9L10 8z" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): React.ReactNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {paths[name]}
    </svg>
  );
}
