import type { Clock } from '../../clock';
import type { StoreFailure, StoreFailureKind } from '../../dcs/store';
import type { MemberAnswer, MemberApi, MemberRequest } from '../../operations/member-api';
import { errorPage, type RestAnswer } from './answer';
import { hostOf } from './request-target';
import type { RestMember } from './rest-member';
import { answerRequest } from './routes';

/** How long an answer is on its way, in milliseconds. */
const TRIP_MS = 4;

/** The REST API of the simulated members: answers as Patroni 4.1 does, and does what it is asked to. */
export class PracticeApi implements MemberApi {
  constructor(
    private readonly clock: Clock,
    /** The members there are now. */
    private readonly members: () => readonly RestMember[],
  ) {}

  ask(apiUrl: string, request: MemberRequest): Promise<MemberAnswer> {
    const member = this.members().find((one) => hostOf(one.apiUrl) === hostOf(apiUrl) && hostOf(apiUrl) !== null);
    if (member === undefined)
      return this.later(
        TRIP_MS,
        unreachable('name-not-found', apiUrl, 'no', 'No member of the practice herd is there'),
      );
    switch (member.presence) {
      case 'down':
        return this.later(TRIP_MS, unreachable('refused', apiUrl, 'no', `Patroni does not run on ${member.name}`));
      case 'cut-off':
        return this.later(request.timeoutMs, unreachable('timeout', apiUrl, 'no', `${member.name} cannot be reached`));
      case 'silent':
        return this.later(
          request.timeoutMs,
          unreachable('timeout', apiUrl, 'perhaps', `${member.name} did not answer`),
        );
      case 'answers':
        return this.answer(member, apiUrl, request);
    }
  }

  private async answer(member: RestMember, apiUrl: string, request: MemberRequest): Promise<MemberAnswer> {
    const since = this.clock.now();
    const made = (async (): Promise<RestAnswer | null> => {
      await this.pause(TRIP_MS);
      // Patroni's web server answers so when the store is away, and so here.
      return answerRequest(member, this.clock, request).catch(() => errorPage(500));
    })();
    let stopTimer = (): void => undefined;
    const timeout = new Promise<null>((resolve) => {
      stopTimer = this.clock.after(request.timeoutMs, () => resolve(null));
    });
    const answer = await Promise.race([made, timeout]);
    stopTimer();
    if (answer === null || member.presence !== 'answers')
      return unreachable(
        'timeout',
        apiUrl,
        'perhaps',
        `${member.name} did not answer within ${request.timeoutMs / 1000} s`,
      );
    return { kind: 'answered', ...answer, elapsedMs: this.clock.now() - since };
  }

  private async later(ms: number, answer: MemberAnswer): Promise<MemberAnswer> {
    await this.pause(ms);
    return answer;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }
}

function unreachable(kind: StoreFailureKind, endpoint: string, sent: 'no' | 'perhaps', why: string): MemberAnswer {
  const failure: StoreFailure = {
    kind,
    endpoint,
    message: `${why}.`,
    advice: 'This is the practice herd: take the fault back, or wait.',
    detail: kind,
  };
  return { kind: 'unreachable', failure, sent };
}
