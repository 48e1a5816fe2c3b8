import type { Context, Hono } from 'hono';
import type { Ask, Reply } from './ask.ts';

/** What a route of Graph is handed. */
export type Env = { Bindings: { ask: Ask } };
export type Graph = Hono<Env>;
/** Makes a route's handler out of an answer: whoever gets here is signed in. */
export type Answered = (answer: (ask: Ask) => Reply) => (c: Context<Env>) => Response;
