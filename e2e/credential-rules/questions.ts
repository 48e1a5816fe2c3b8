import { createHash } from 'node:crypto';

/** What `credential-rules` is asked; its answers come in the same order. */
export interface Questions {
	matches: { key: string; image: string }[];
	lookups: { secrets: SecretQuestion[]; image: string }[];
	references: string[];
}

export interface SecretQuestion {
	type: string;
	/** The text under each key. */
	data: Record<string, string>;
}

type Choose = <T>(from: readonly [T, ...T[]]) => T;

const hosts = [
	'myregistry.azurecr.io',
	'myregistry.westeurope.data.azurecr.io',
	'registry.example.com',
	'registry.example.com:5000',
	'docker.io',
	'index.docker.io',
	'registry-1.docker.io',
	'localhost',
	'localhost:5000',
	'10.0.0.1:5000',
	'[2001:db8::1]:5000',
	'REGISTRY.example.com',
] as const;
const hostPatterns = [
	...hosts,
	'*.azurecr.io',
	'*.azurecr.*',
	'my*.azurecr.io',
	'*registry.azurecr.io',
	'*.*.azurecr.io',
	'*.*.*.data.azurecr.io',
	'*.example.com',
	'*.example.com:5000',
	'registry.*.com',
	'*',
	'*:5000',
	'reg?stry.example.com',
	'registry.example.com:*',
] as const;
const schemes = ['', '', '', 'https://', 'http://', 'HTTPS://'] as const;
const paths = [
	'',
	'',
	'/',
	'/v1/',
	'/v2/',
	'/v1',
	'/v2/team',
	'/team',
	'/team/',
	'/team/app',
	'/team/app/x',
	'/te',
	'/library',
	'//',
	'/te am',
	'/%74eam',
	'/%zz',
] as const;
const repositories = [
	'team/app',
	'team',
	'teammate/app',
	'library/nginx',
	'nginx',
	'team/app/x',
	'v1/team',
	'v2/team/app',
] as const;
const tags = ['', ':1', ':latest', ':-1', ':', `:${'a'.repeat(129)}`] as const;
const digests = [
	'',
	'',
	`@sha256:${'0'.repeat(64)}`,
	'@sha256:abc',
	`@sha512:${'f'.repeat(128)}`,
	`@md5:${'a'.repeat(32)}`,
] as const;
const oddNames = [
	'',
	'/',
	'nginx',
	'Nginx',
	'team/app',
	'a'.repeat(64),
	'registry.example.com/',
	'registry.example.com//app',
	'registry.example.com/team__app',
	'registry.example.com/team___app',
	'registry.example.com/-app',
	'registry.example.com/app-',
	`registry.example.com/${'a'.repeat(256)}`,
	'under_score.example.com/app',
	'-host.example.com/app',
	'registry.example.com:port/app',
	'registry.example.com:99999/app',
	'https://registry.example.com/app',
	'ünicode.example.com/app',
	' registry.example.com/app',
	'registry.example.com/app ',
] as const;
const oddAuths: readonly [unknown, ...unknown[]] = [
	{},
	null,
	{ auth: '%%%' },
	{ auth: '' },
	{ auth: Buffer.from('no colon').toString('base64') },
	{ auth: Buffer.from('user:pass:word').toString('base64') },
	{ auth: Buffer.from('user:x').toString('base64').replaceAll('=', '') },
	{ auth: ` ${Buffer.from('spaced:x').toString('base64')} ` },
	{ username: 'both', password: 'x', auth: Buffer.from('inner:x').toString('base64') },
	{ username: 'email', password: 'x', email: 'a@example.com' },
	{ username: 7 },
	{ Username: 'capital', password: 'x' },
	'not an object',
];
const oddContents = [
	'',
	'{}',
	'null',
	'[]',
	'{"auths":null}',
	'{"auths":[]}',
	'{"auths":"x"}',
	'{',
	'{"auths":{}} trailing',
	'{"Auths":{}}',
] as const;
const types = [
	'kubernetes.io/dockerconfigjson',
	'kubernetes.io/dockerconfigjson',
	'kubernetes.io/dockercfg',
	'Opaque',
] as const;

/** A table of questions: the same for the same seed, another for another. */
export function generateQuestions(seed: string, count: number): Questions {
	const choose = chooser(seed);
	const image = () => `${choose(hosts)}/${choose(repositories)}`;
	const key = () => choose(hostPatterns) + choose(paths);
	const many = <T>(make: () => T) => Array.from({ length: count }, make);
	return {
		matches: many(() => ({ key: key(), image: image() })),
		lookups: many(() => ({ secrets: secrets(choose, () => choose(schemes) + key()), image: image() })),
		references: [...oddNames, ...many(() => reference(choose))],
	};
}

function reference(choose: Choose): string {
	return `${choose(['', ...hosts.map((host) => `${host}/`)])}${choose(repositories)}${choose(tags)}${choose(digests)}`;
}

function secrets(choose: Choose, key: () => string): SecretQuestion[] {
	return Array.from({ length: choose([1, 1, 2, 3]) }, (_, at) => secret(choose, key, `secret-${at}`));
}

function secret(choose: Choose, key: () => string, name: string): SecretQuestion {
	const type = choose(types);
	const entries = Array.from({ length: choose([1, 1, 2, 4]) }, (_, at) => entry(choose, key(), `${name}-${at}`));
	const auths = Object.fromEntries(withoutTwins(entries));
	const content = JSON.stringify(type === 'kubernetes.io/dockercfg' ? auths : { auths });
	const text = choose([false, false, false, false, false, false, false, true]) ? choose(oddContents) : content;
	const dataKey = type === 'kubernetes.io/dockercfg' ? '.dockercfg' : '.dockerconfigjson';
	return { type, data: { [choose([dataKey, dataKey, dataKey, dataKey, 'other'])]: text } };
}

function entry(choose: Choose, key: string, username: string): [string, unknown] {
	const isOdd = choose([false, false, false, false, false, false, true]);
	return [key, isOdd ? choose(oddAuths) : { username, password: 'x' }];
}

/** Within one secret Kubernetes walks its keys in no order, so two that it files under one name would be tried by chance. */
function withoutTwins(entries: [string, unknown][]): [string, unknown][] {
	return [...new Map(entries.map((one) => [filedUnder(one[0]), one])).values()];
}

function filedUnder(key: string): string {
	return key
		.replace(/^https?:\/\//, '')
		.replace(/\/v[12]\//, '/')
		.replace(/\/$/, '');
}

/** Chooses by the bytes of a chain of hashes: as good as random, and the same each time. */
function chooser(seed: string): Choose {
	let round = 0;
	let bytes = Buffer.alloc(0);
	return (from) => {
		if (bytes.length < 4) bytes = createHash('sha512').update(`${seed} ${round++}`).digest();
		const number = bytes.readUInt32BE(0);
		bytes = bytes.subarray(4);
		return from[number % from.length] ?? from[0];
	};
}
