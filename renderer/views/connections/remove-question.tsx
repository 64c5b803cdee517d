import { useState } from 'react';
import { request } from '../../bridge';
import { toast } from '../../stores/ui';
import { Question } from './question';

export interface RemoveQuestionProps {
  readonly id: string;
  readonly name: string;
  /** True when the connection is removed. */
  readonly onAnswer: (removed: boolean) => void;
}

/** Asks before a connection is removed, and removes it. */
export function RemoveQuestion({ id, name, onAnswer }: RemoveQuestionProps): React.ReactNode {
  const [busy, setBusy] = useState(false);
  const remove = async (): Promise<void> => {
    setBusy(true);
    const answer = await request('connection.remove', { id });
    if (answer.ok) toast(`The connection ${name} is removed.`);
    else toast(answer.error.message, 'critical');
    onAnswer(answer.ok);
  };
  return (
    <Question
      title="Remove the connection?"
      yes="Remove it"
      no="Keep it"
      isBusy={busy}
      onAnswer={(yes) => {
        if (yes) void remove();
        else onAnswer(false);
      }}
    >
      <p>
        The settings, the password and the recording of <b dir="auto">{name}</b> are deleted from this machine, and its
        clusters leave the fleet list. Nothing in the store is touched.
      </p>
    </Question>
  );
}
