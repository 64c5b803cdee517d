import { useCallback, useEffect, useRef, useState } from 'react';
import type { ConnectionDraft } from '../../../app/ipc/contract';
import type { StoreFailure, StoreProbe } from '../../../app/dcs/store';
import { request } from '../../bridge';

/** What a test of a connection came to. */
export type TestState =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' }
  | { readonly kind: 'reached'; readonly probe: StoreProbe }
  | { readonly kind: 'failed'; readonly failure: StoreFailure }
  /** Main did not take the request. */
  | { readonly kind: 'refused'; readonly message: string };

export interface ConnectionTest {
  readonly state: TestState;
  /** Tests a draft. An answer to an earlier one that comes later is dropped. */
  readonly run: (draft: ConnectionDraft) => void;
  /** Forgets the outcome, also one that is still on its way. */
  readonly forget: () => void;
}

/** Tests connections one at a time; leaving the form while one runs ends the waiting. */
export function useConnectionTest(): ConnectionTest {
  const [state, setState] = useState<TestState>({ kind: 'none' });
  const latest = useRef(0);
  useEffect(() => {
    return () => {
      latest.current += 1;
    };
  }, []);

  const run = useCallback((draft: ConnectionDraft) => {
    const mine = ++latest.current;
    setState({ kind: 'running' });
    void request('connection.test', draft).then((answer) => {
      if (mine !== latest.current) return;
      if (!answer.ok) setState({ kind: 'refused', message: answer.error.message });
      else if (answer.value.ok) setState({ kind: 'reached', probe: answer.value.value });
      else setState({ kind: 'failed', failure: answer.value.error });
    });
  }, []);
  const forget = useCallback(() => {
    latest.current += 1;
    setState({ kind: 'none' });
  }, []);
  return { state, run, forget };
}
