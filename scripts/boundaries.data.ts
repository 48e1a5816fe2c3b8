/**
 * Who may import whom, and who may do what: DESIGN section 5 as data. A package missing from `arrows` is refused, so
 * that a new one gets its line here first.
 */

const everyPackage = [
	'packages/core',
	'packages/wire',
	'packages/clients',
	'packages/credentials',
	'packages/doctor',
	'packages/connect',
	'packages/controller',
	'packages/credential-provider',
	'packages/console',
];

/** From a package to the packages that its code may import. */
export const arrows: Record<string, string[]> = {
	'packages/core': [],
	'packages/wire': ['packages/core'],
	'packages/clients': ['packages/core', 'packages/wire'],
	'packages/credentials': ['packages/core', 'packages/wire', 'packages/clients'],
	'packages/doctor': ['packages/core', 'packages/wire', 'packages/clients', 'packages/credentials'],
	'packages/connect': ['packages/core', 'packages/wire', 'packages/clients', 'packages/credentials'],
	'packages/controller': ['packages/core', 'packages/wire', 'packages/clients', 'packages/credentials'],
	'packages/credential-provider': ['packages/core', 'packages/wire'],
	'packages/console': [],
	'packages/cli': [...everyPackage, 'sandbox/world'],
	'sandbox/ground': ['packages/core'],
	'sandbox/azure': ['packages/core', 'sandbox/ground'],
	'sandbox/cluster': ['packages/core', 'sandbox/ground'],
	'sandbox/world': ['packages/core', 'sandbox/ground', 'sandbox/azure', 'sandbox/cluster'],
};

/** Second doors: what a package exports beside its index, so that who needs only that loads only that. */
export const doors = ['@lanyard/doctor/words'];

/** What a package's tests may import beside what its code may: the whole sandbox, as its users start it. */
export const testArrows = ['sandbox/world'];

/** What code outside the packages may import (e2e, examples, bench, scripts). */
export const outsideArrows = [...everyPackage, 'sandbox/world'];

/** Where code stands for somebody else's project, and what it knows of us: the published export. */
export const published = /^examples\//;
export const publishedName = 'lanyard/sandbox';

/** Tests, and what only tests use (`test-….ts`): they may open what they like, for instance an independent client. */
export const test = /\.test\.ts$|\/test-[^/]+\.ts$/;

/** Pure code: no `node:`, no connection, no clock, no randomness, and no import that leads to one. */
export const pure = /^packages\/(core|wire)\/|^(packages|sandbox)\/.*(\/(decide|plan|model)\.ts$|\/links\/)/;

/** What pure code does not use, by the name that `collectUses` gives it. */
export const impure = new Set([
	'fetch',
	'crypto',
	'performance',
	'process',
	'setTimeout',
	'setInterval',
	'setImmediate',
	'Date.now',
	'new Date()',
	'Date()',
	'Math.random',
]);

/** What says how the program was started, and how it ends. */
export const settings = new Set([
	'process.env',
	'process.argv',
	'process.execArgv',
	'process.exit',
	'process.exitCode',
]);

/** The places that may look at `settings`. */
export const maySet = /(^|\/)(config|main)\.ts$|^packages\/[^/]+\/bin\/|^(scripts|bench|e2e|examples)\//;

/** The places that may open a connection. */
export const mayConnect =
	/^packages\/clients\/|^packages\/credential-provider\/main\.ts$|^sandbox\/cluster\/(.+\/)?(transport|undici)\.ts$|^(scripts|bench|e2e|examples)\//;

/** The places that may listen. */
export const mayListen =
	/^sandbox\/world\/|^packages\/console\/api\/|^packages\/controller\/probes\.ts$|^(scripts|bench|e2e|examples)\//;

/** Modules whose every import connects. */
export const connectingModules = /^(undici|ws|@kubernetes\/client-node|@azure\/.*)(\/|$)/;

/** Modules whose every import listens. */
export const listeningModules = /^@hono\/node-server(\/|$)/;

/** Modules of Node that can do both: it depends on the name. */
export const networkModules = /^(node:)?(net|tls|http|https|http2|dgram)$/;

/** Names of `networkModules` that connect, and those that listen; others (`isIP`, types, constants) do neither. */
export const connectingNames = new Set([
	'connect',
	'createConnection',
	'request',
	'get',
	'Agent',
	'globalAgent',
	'Socket',
	'createSocket',
]);
export const listeningNames = new Set(['createServer', 'createSecureServer', 'Server', 'createSocket']);
