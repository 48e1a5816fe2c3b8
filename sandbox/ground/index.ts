export { WorldClock } from './clock.ts';
export { openDurableStore } from './durable-store.ts';
export type { Considered, Decision, Handler, Remedy, Visit } from './handler.ts';
export type { Machine } from './machine.ts';
export { forHost, type Lookup, type MachineSettings, type Route, type ShownCertificate } from './machine-settings.ts';
export { type Content, createMemoryStore, type Store, storeUnder, type Table, type WorldStore } from './store.ts';
