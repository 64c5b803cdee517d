import { isWritable, type MemberReport } from './member-report';

// How long nobody took writes, from asking the members over and over. An answer tells how it was between asking and answering.

/** Instants in milliseconds since 1970; null before they were seen. */
export interface Outage {
  readonly from: string | null;
  /** When the former leader was asked last and still took writes: it may have stopped before that answer was here. */
  readonly lastOk: number | null;
  /** When it was first not heard to do so any more. */
  readonly firstBad: number | null;
  /** Whether that was an answer of its own, or none came. */
  readonly wasSilent: boolean;
  /** When the next one was last asked and did not take writes yet, by member. */
  readonly notYet: readonly { readonly member: string; readonly at: number }[];
  /** When the next one was first heard to take writes. */
  readonly resumed: { readonly member: string; readonly at: number } | null;
  /** It took writes again after it had stopped, and before anyone else did. */
  readonly formerIsBack: boolean;
}

/** A measured outage. */
export interface MeasuredOutage {
  /** ISO 8601 with milliseconds. */
  readonly stoppedAt: string;
  readonly resumedAt: string;
  readonly ms: number;
  /** It may be so much shorter or longer. */
  readonly withinMs: number;
}

export function beginOutage(from: string | null): Outage {
  return { from, lastOk: null, firstBad: null, wasSilent: false, notYet: [], resumed: null, formerIsBack: false };
}

/** What one answer adds. */
export function seeReport(outage: Outage, { name, said }: MemberReport, askedAt: number, at: number): Outage {
  if (outage.resumed !== null) return outage;
  const writes = said.kind === 'told' && isWritable(said.told);
  if (name === outage.from) {
    if (writes)
      return {
        ...outage,
        lastOk: Math.max(askedAt, outage.lastOk ?? askedAt),
        firstBad: null,
        wasSilent: false,
        formerIsBack: outage.firstBad !== null || outage.formerIsBack,
      };
    if (outage.lastOk === null || outage.firstBad !== null) return outage;
    return { ...outage, firstBad: at, wasSilent: said.kind !== 'told', formerIsBack: false };
  }
  if (writes)
    return outage.firstBad === null && outage.from !== null ? outage : { ...outage, resumed: { member: name, at } };
  const others = outage.notYet.filter(({ member }) => member !== name);
  return { ...outage, notYet: [...others, { member: name, at: askedAt }] };
}

/** The outage in the middle of what the answers leave open; null while it is not over, or was not seen from its beginning. */
export function measured(outage: Outage): MeasuredOutage | null {
  const { lastOk, firstBad, resumed } = outage;
  if (lastOk === null || firstBad === null || resumed === null) return null;
  const before = outage.notYet.find(({ member }) => member === resumed.member)?.at ?? resumed.at;
  const stopped = (lastOk + firstBad) / 2;
  const again = (Math.min(before, resumed.at) + resumed.at) / 2;
  return {
    stoppedAt: new Date(stopped).toISOString(),
    resumedAt: new Date(again).toISOString(),
    ms: Math.max(0, Math.round(again - stopped)),
    withinMs: Math.ceil((firstBad - lastOk) / 2 + (resumed.at - Math.min(before, resumed.at)) / 2),
  };
}
