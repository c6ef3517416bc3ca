import type { Goal } from './types';

/** How a goal looks as a bar: shares of the whole, from 0 to 1. */
export interface GoalBar {
  done: number;
  due: number;
  /** What lacks to where it should be by now. */
  lacking: number;
  /** Whether the end will be reached at this pace. */
  reached: boolean;
}

/** A goal as it is drawn. */
export function barOf(goal: Goal): GoalBar {
  const share = (value: number) => (goal.target > 0 ? Math.min(1, value / goal.target) : 1);
  return {
    done: share(goal.done),
    due: share(goal.due),
    lacking: Math.max(0, goal.due - goal.done),
    reached: goal.forecast >= goal.target,
  };
}
