export { WorldClock } from './clock.ts';
export type { Decision, Handler, Visit } from './handler.ts';
export type { Machine } from './machine.ts';
export { createMemoryStore, type Store, type Table } from './store.ts';
