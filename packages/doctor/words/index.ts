// Of its own beside the doctor's index: explaining from words alone needs nothing of what reads clusters, and starts faster without.
export { readEvents } from './events/read-events.ts';
export { type Candidate, certain, explainWords, type WordExplanation } from './explain-words.ts';
export { type CauseGroup, groupByCause } from './group-by-cause.ts';
export type { WordEvent } from './read-attempts.ts';
export type { Knows } from './weigh.ts';
