import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';

export interface QuestionProps {
  readonly title: string;
  /** What happens on yes. */
  readonly children: React.ReactNode;
  readonly yes: string;
  readonly no: string;
  readonly onAnswer: (yes: boolean) => void;
  /** While the yes is being done. */
  readonly isBusy?: boolean;
}

/** Asks before something is lost. The safe answer has the focus, so that a quick Enter loses nothing. */
export function Question({ title, children, yes, no, onAnswer, isBusy = false }: QuestionProps): React.ReactNode {
  return (
    <Dialog
      title={title}
      role="alertdialog"
      size="small"
      closeOnOutsideClick={false}
      onClose={() => onAnswer(false)}
      footer={
        <>
          <Button variant="danger" isDisabled={isBusy} onPress={() => onAnswer(true)}>
            {yes}
          </Button>
          <Button autoFocus onPress={() => onAnswer(false)}>
            {no}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
