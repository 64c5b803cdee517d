import { changePlan } from './change-plan';
import { type Intent, isChange } from './intent';
import type { Plan, Situation } from './plan';
import { taskPlan } from './task-plan';

/** The plan of what a person wants, as the cluster is now. Nothing is sent by it. */
export function makePlan(intent: Intent, situation: Situation): Plan {
  return isChange(intent) ? changePlan(intent, situation) : taskPlan(intent, situation);
}
