import { useEffect, useState } from 'react';
import { toast } from '../stores/ui';
import { Icon } from './icon';
import { IconButton } from './icon-button';

export interface CopyButtonProps {
  /** What goes to the clipboard; a function when it is dear to build. */
  readonly text: string | (() => string);
  /** What it copies, e.g. `Copy the system identifier`. */
  readonly label: string;
}

/** Copies a text and shows a tick for a moment. */
export function CopyButton({ text, label }: CopyButtonProps): React.ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      small
      label={copied ? 'Copied' : label}
      onPress={() => {
        void copyText(typeof text === 'string' ? text : text()).then(setCopied);
      }}
    >
      <Icon name={copied ? 'check' : 'copy'} size={13} />
    </IconButton>
  );
}

/** Puts a text on the clipboard; says so when the system refuses. True when it is there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    toast(`The clipboard did not take it: ${error instanceof Error ? error.message : String(error)}`, 'critical');
    return false;
  }
}
