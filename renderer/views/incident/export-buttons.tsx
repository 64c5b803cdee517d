import { useState } from 'react';
import { incidentMarkdown } from '../../../app/incident/incident';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { copyText } from '../../components/copy-button';
import type { Incident } from '../../stores/incidents';
import { toast } from '../../stores/ui';
import { SpanExport } from './span-export';
import styles from './incident.module.css';

/** The incident for a ticket or a colleague. */
export function ExportButtons({ incident }: { readonly incident: Incident }): React.ReactNode {
  const { story, logs, title, notes, reading, clusterId, fromMs, toMs } = incident;
  const [isExporting, setExporting] = useState(false);
  const isReady = story !== null && reading.kind === 'told';
  const markdown = (): string => (story === null ? '' : incidentMarkdown(story, logs, { title, notes }));
  const save = async (): Promise<void> => {
    const answer = await request('file.save', { name: fileName(title), kind: 'md', content: markdown() });
    if (!answer.ok) toast(answer.error.message, 'critical');
    else if (answer.value !== null) toast(`Written: ${answer.value}`);
  };
  return (
    <div className={styles.acts}>
      <Button
        isDisabled={!isReady}
        hint="The story, the notes and the course, with the lines of the logs that are worth reading. Secrets in them are taken out."
        onPress={() => void copyText(markdown()).then((done) => done && toast('Copied as Markdown.'))}
      >
        Copy as Markdown
      </Button>
      <Button isDisabled={!isReady} onPress={() => void save()}>
        Save as Markdown…
      </Button>
      <Button
        isDisabled={!isReady}
        hint="One file with the cluster over the whole span, for a colleague."
        onPress={() => setExporting(true)}
      >
        Export the span…
      </Button>
      {isExporting && (
        <SpanExport clusterId={clusterId} fromMs={fromMs} toMs={toMs} onClose={() => setExporting(false)} />
      )}
    </div>
  );
}

const fileName = (title: string): string =>
  title.trim() === '' ? 'incident' : title.replace(/[:/\\]/g, '.').slice(0, 200);
