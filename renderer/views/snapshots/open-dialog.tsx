import { useState } from 'react';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { StateMark } from '../../components/state-mark';
import { TextField } from '../../components/text-field';
import { Question } from '../connections/question';
import { useLeaveGuard } from '../connections/use-leave-guard';
import styles from './open-dialog.module.css';
import { ExampleButtons } from './example-buttons';
import { chooseFiles, takeText } from './take-files';

/** Opens a snapshot, or what people can export where nothing may be installed. */
export function OpenDialog({ onClose }: { readonly onClose: () => void }): React.ReactNode {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [reading, setReading] = useState(false);
  const guard = useLeaveGuard(text.trim() !== '');

  const open = async (take: (tell: (sentence: string) => void) => Promise<boolean>): Promise<void> => {
    setReading(true);
    setProblem(null);
    const done = await take(setProblem);
    setReading(false);
    if (done) onClose();
  };

  return (
    <Dialog
      title="Open a snapshot"
      subtitle="A *.herdscope file, or what you can export on a bastion. It is only read; what it does not tell is shown as not known."
      onClose={() => guard.leave(onClose)}
      closeOnOutsideClick={false}
      size="large"
      footer={
        <>
          <Button onPress={() => guard.leave(onClose)}>Cancel</Button>
          <Button
            variant="primary"
            isDisabled={reading || text.trim() === ''}
            onPress={() => void open((tell) => takeText(text, tell))}
          >
            Open the text
          </Button>
        </>
      }
    >
      <div className={styles.source}>
        <div className={styles.row}>
          <p>
            <b>Files</b>
            <span className="dim">
              One or several of one moment, or an archive of them. You can also drop them onto the window.
            </span>
          </p>
          <Button autoFocus isDisabled={reading} onPress={() => void open((tell) => chooseFiles(tell))}>
            Choose files…
          </Button>
        </div>
        <TextField
          label="Or a text"
          mono
          rows={8}
          value={text}
          onChange={(value) => {
            setText(value);
            setProblem(null);
          }}
          placeholder={
            '$ etcdctl get --prefix /service/ -w json\n$ consul kv export service/\n$ patronictl list -e -f json'
          }
        />
        <div className={styles.problem} role="status" aria-live="polite">
          {problem !== null && (
            <>
              <StateMark mark="critical" label="Not opened." />
              <span>{problem}</span>
            </>
          )}
        </div>
        <div className={styles.examples}>
          <span className="dim">Or an example:</span>
          <ExampleButtons isDisabled={reading} onOpen={(take) => void open(take)} />
        </div>
      </div>
      {guard.pending !== null && (
        <Question title="Leave without opening it?" yes="Leave" no="Stay" onAnswer={guard.answer}>
          The text that you pasted is not kept.
        </Question>
      )}
    </Dialog>
  );
}
