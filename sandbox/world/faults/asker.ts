import { Problem } from '@lanyard/core';
import { z } from 'zod';
import type { Send } from '../seed.ts';
import type { Manifest } from './fault.ts';
import type { Tokens } from './tokens.ts';

/** Reads the world as its first user, through the front door. */
export interface Asker {
	user: string;
	clusterHost: string;
	/** An object of the cluster's API; undefined where there is none. */
	cluster(path: string): Promise<unknown>;
	/** Makes an object of the cluster's API. */
	create(path: string, object: unknown): Promise<void>;
	/** An image that a registry of the world has. Throws `registry-not-found` where there is none. */
	someImage(): Promise<string>;
	/** The same list of each subscription that the user sees. */
	arm<T extends z.ZodType>(path: string, version: string, schema: T): Promise<z.output<T>[]>;
	/** One resource of Resource Manager. */
	armAt(path: string, version: string): Promise<unknown>;
	/** What a tag points to, and the host that its content comes from. */
	manifest(of: { loginServer: string; repository: string; tag: string }): Promise<TagContent>;
}

export interface TagContent {
	storageHost: string;
	manifest: Manifest;
	/** What stands below it, where it is an index. */
	below: Manifest[];
}

const manifestTypes = [
	'application/vnd.oci.image.index.v1+json',
	'application/vnd.oci.image.manifest.v1+json',
	'application/vnd.docker.distribution.manifest.list.v2+json',
	'application/vnd.docker.distribution.manifest.v2+json',
];

const armHost = 'management.azure.com';
const registriesPath = 'providers/Microsoft.ContainerRegistry/registries';
const registryList = z.object({ value: z.array(z.object({ properties: z.object({ loginServer: z.string() }) })) });
const catalog = z.object({ repositories: z.array(z.string()) });
const tagList = z.object({ tags: z.array(z.string()) });
const subscriptions = z.object({ value: z.array(z.object({ subscriptionId: z.string() })) });
const pointing = z.object({
	manifests: z.array(z.object({ digest: z.string() })).optional(),
	config: z.object({ digest: z.string() }).optional(),
});

export function openAsker(send: Send, tokens: Tokens, o: { user: string; clusterHost: string }): Asker {
	const get = async (host: string, path: string, accept = 'application/json'): Promise<Response> => {
		const authorization = `Bearer ${await tokens.for({ as: o.user, host, path })}`;
		return send(new Request(`https://${host}${path}`, { headers: { authorization, accept } }));
	};
	const armAt = async (path: string, version: string): Promise<unknown> => {
		const full = `${path}${path.includes('?') ? '&' : '?'}api-version=${version}`;
		return expectAnswer(await get(armHost, full), full).json();
	};
	const arm: Asker['arm'] = async (path, version, schema) => {
		const { value } = subscriptions.parse(await armAt('/subscriptions', '2022-12-01'));
		const all = value.map(({ subscriptionId }) => armAt(`/subscriptions/${subscriptionId}/${path}`, version));
		return (await Promise.all(all)).map((one) => schema.parse(one));
	};
	const read = async <T extends z.ZodType>(host: string, path: string, schema: T) =>
		schema.parse(await expectAnswer(await get(host, path), path).json());
	return {
		...o,
		armAt,
		arm,
		async create(path, object) {
			const authorization = `Bearer ${await tokens.for({ as: o.user, host: o.clusterHost, path })}`;
			const headers = { authorization, 'content-type': 'application/json' };
			const request = { method: 'POST', headers, body: JSON.stringify(object) };
			expectAnswer(await send(new Request(`https://${o.clusterHost}${path}`, request)), path);
		},
		async someImage() {
			for (const { value } of await arm(registriesPath, '2025-11-01', registryList))
				for (const { loginServer } of value.map(({ properties }) => properties)) {
					const [repository] = (await read(loginServer, '/v2/_catalog', catalog)).repositories;
					const { tags } = await read(loginServer, `/v2/${repository ?? ''}/tags/list`, tagList);
					if (repository !== undefined && tags[0] !== undefined) return `${loginServer}/${repository}:${tags[0]}`;
				}
			throw new Problem('registry-not-found', { sentence: 'no registry of this world holds an image' });
		},
		async cluster(path) {
			const answer = await get(o.clusterHost, path);
			return answer.status === 404 ? undefined : expectAnswer(answer, path).json();
		},
		async manifest({ loginServer, repository, tag }) {
			const readManifest = async (reference: string) => {
				const path = `/v2/${repository}/manifests/${reference}`;
				const answer = expectAnswer(await get(loginServer, path, manifestTypes.join(', ')), path);
				const { headers } = answer;
				const digest = headers.get('docker-content-digest') ?? reference;
				return { digest, mediaType: headers.get('content-type') ?? '', body: await answer.text() };
			};
			const manifest = await readManifest(tag);
			const { manifests = [] } = pointing.parse(JSON.parse(manifest.body));
			const below = await Promise.all(manifests.map(({ digest }) => readManifest(digest)));
			const { config } = pointing.parse(JSON.parse((below[0] ?? manifest).body));
			const blob = await get(loginServer, `/v2/${repository}/blobs/${config?.digest ?? ''}`);
			await blob.body?.cancel();
			return { manifest, below, storageHost: new URL(blob.headers.get('location') ?? `https://${loginServer}`).host };
		},
	};
}

function expectAnswer(answer: Response, path: string): Response {
	if (answer.ok) return answer;
	throw new Problem('sandbox-does-not-answer', {
		sentence: 'the world could not be read as it is now',
		found: `${path} answered ${answer.status}`,
		fix: 'Take back what is broken already: lanyard sandbox mend',
	});
}
