import { Button } from '../../components/button';
import { takeExample } from './take-files';

/** The files of resources/examples. */
const examples: readonly { readonly name: string; readonly title: string }[] = [
  { name: 'healthy-herd', title: 'A healthy herd' },
  { name: 'no-leader', title: 'No leader' },
  { name: 'slot-holds-wal', title: 'A slot holds WAL' },
];

export interface ExampleButtonsProps {
  readonly isDisabled?: boolean;
  /** Runs the opening; without it what goes wrong is told as everywhere. */
  readonly onOpen?: (take: (tell: (sentence: string) => void) => Promise<boolean>) => void;
}

/** Opens an example that comes with the program. */
export function ExampleButtons({ isDisabled = false, onOpen }: ExampleButtonsProps): React.ReactNode {
  return examples.map(({ name, title }) => (
    <Button
      key={name}
      small
      variant="quiet"
      isDisabled={isDisabled}
      onPress={() => {
        if (onOpen === undefined) void takeExample(name);
        else onOpen((tell) => takeExample(name, tell));
      }}
    >
      {title}
    </Button>
  ));
}
