import { plural } from '../../../lib/format';
import { addressesOf, hasEndpoints } from '../form-settings';
import type { FormState } from '../form-state';
import { storeFormWords } from '../store-words';
import { BoundText, type FormParts } from './bound';

/** Where the store is; what was typed is said back as it will be used. */
export function AddressField({ of }: { readonly of: FormParts }): React.ReactNode {
  const { addresses } = storeFormWords[of.form.kind];
  if (addresses === null) return null;
  return (
    <BoundText
      of={of}
      field="addresses"
      label={addresses.label}
      mono
      rows={3}
      placeholder={addresses.example}
      description={words(of.form)}
    />
  );
}

/** What the typed addresses mean, as soon as they mean something. */
function words(form: FormState): string {
  const { urls, problem } = addressesOf(form);
  const port = storeFormWords[form.kind].addresses?.port ?? null;
  const without = port === null ? '' : ` Without a port it is ${port}.`;
  if (problem !== null) {
    if (form.kind === 'rest' || form.kind === 'raft') return `One member of each cluster is enough.${without}`;
    return hasEndpoints(form) ? `One a line. https:// for TLS.${without}` : `One a line.${without}`;
  }
  const [first = ''] = urls;
  const tls = hasEndpoints(form) ? (first.startsWith('https:') ? 'TLS' : 'plain http') : tlsOf(form);
  const many = form.kind === 'rest' || form.kind === 'raft' ? 'all asked' : 'tried in turn';
  const aside = tls === null ? '' : `, ${tls}`;
  return urls.length === 1 ? `${first}${aside}.` : `${plural(urls.length, nounOf(form))}${aside}, ${many}.`;
}

function tlsOf(form: FormState): string | null {
  if (form.kind === 'exhibitor') return null;
  return form.useSsl ? 'TLS' : 'without TLS';
}

function nounOf({ kind }: FormState): string {
  if (kind === 'rest' || kind === 'raft') return 'member';
  return kind === 'zookeeper' || kind === 'exhibitor' ? 'host' : 'endpoint';
}
