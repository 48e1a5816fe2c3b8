export type { Access } from './access.ts';
export { explain, type Explanation, type Failing } from './explain.ts';
export type { Facts, Reading, ReadRow } from './facts.ts';
export { gather } from './gather.ts';
export { type ReviewFinding, reviewScript } from './review/review.ts';
export { parseTarget, type Target } from './target.ts';
export { walk } from './walk.ts';
