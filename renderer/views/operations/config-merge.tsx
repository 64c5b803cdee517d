import { useMemo, useState } from 'react';
import { pathText } from '../../../app/configuration/problem';
import type { Task } from '../../../app/operations/intent';
import { choiceKey, mergeConfig, type MergedSetting, type Side } from '../../../app/operations/config-merge';
import { parseJsonObject } from '../../../app/cluster/parsed';
import type { Json } from '../../../app/json';
import { excerpt } from '../../../app/text';
import { Button } from '../../components/button';
import { InlineName } from '../../components/name';
import { Segments } from '../../components/segments';
import { useDetail } from '../../stores/hooks';
import { changeWizard, type Wizard } from '../../stores/operations';
import styles from './config-merge.module.css';

type Edit = Extract<Task, { kind: 'edit-config' }>;

const words: Readonly<Record<MergedSetting['by'], string>> = {
  theirs: 'changed in the store',
  yours: 'changed by you',
  alike: 'changed by both alike',
  both: 'changed by both',
};

const sides = [
  { id: 'theirs', label: 'Theirs' },
  { id: 'yours', label: 'Yours' },
] as const;

/** Shown when /config was changed while it was edited: what it was, what is there now, what was typed; put together without losing either. */
export function ConfigMerge({ wizard, intent }: { readonly wizard: Wizard; readonly intent: Edit }): React.ReactNode {
  const { configBase } = wizard;
  const config = useDetail((d) => d.groups.find(({ group }) => group === intent.group)?.cluster.config ?? null, null);
  const [choices, setChoices] = useState<ReadonlyMap<string, Side>>(new Map());
  const typed = useMemo(() => parseJsonObject(intent.text), [intent.text]);
  const base = useMemo(() => parseJsonObject(configBase ?? '{}').value, [configBase]);
  const revision = config?.version ?? '0';
  if (configBase === null || revision === intent.revision) return null;
  const theirs = config?.data ?? {};
  const { settings, open, merged } = mergeConfig(base, theirs, typed.value, choices);
  const take = (): void =>
    changeWizard(wizard.clusterId, {
      intent: { ...intent, text: JSON.stringify(merged, null, 2), revision },
      configBase: JSON.stringify(theirs, null, 2),
      accepted: [],
      planned: null,
      problem: null,
    });
  return (
    <section className={styles.merge} aria-label="Changed meanwhile">
      <p role="status">
        <b>/config was changed while you edited it.</b>{' '}
        {typed.problem === null
          ? 'Nothing of either is lost: put both together, then look at it below.'
          : `Your text ${typed.problem}: correct it, then both can be put together.`}
      </p>
      {typed.problem === null && (
        <>
          <div className={styles.scroll} tabIndex={0} role="group" aria-label="The three of them">
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">Setting</th>
                  <th scope="col">When you began</th>
                  <th scope="col">In the store now (theirs)</th>
                  <th scope="col">Your text (yours)</th>
                  <th scope="col">Taken</th>
                </tr>
              </thead>
              <tbody>
                {settings.map((setting) => (
                  <tr key={JSON.stringify(setting.path)} data-merge={setting.by}>
                    <th scope="row">
                      <InlineName text={pathText(setting.path)} />
                      <span>{words[setting.by]}</span>
                    </th>
                    <Value of={setting.base} />
                    <Value of={setting.theirs} />
                    <Value of={setting.yours} />
                    <td>
                      {setting.by === 'both' ? (
                        <Segments
                          label={`Taken of ${pathText(setting.path)}`}
                          hideLabel
                          small
                          options={sides}
                          value={choices.get(choiceKey(setting)) ?? 'none'}
                          onChange={(side) => {
                            if (side !== 'none') setChoices(new Map(choices).set(choiceKey(setting), side));
                          }}
                        />
                      ) : setting.by === 'yours' ? (
                        'yours'
                      ) : (
                        'theirs'
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div className={styles.acts}>
            <Button small variant="primary" isDisabled={open > 0} onPress={take}>
              Put both together
            </Button>
            <span>
              {open === 0 ? '' : `${String(open)} to choose: both of you changed ${open === 1 ? 'it' : 'them'}.`}
            </span>
          </div>
        </>
      )}
    </section>
  );
}

function Value({ of }: { readonly of: Json | undefined }): React.ReactNode {
  return (
    <td className={styles.value}>
      {of === undefined ? <i>not set</i> : <InlineName text={excerpt(JSON.stringify(of))} />}
    </td>
  );
}
