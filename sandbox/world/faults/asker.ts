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

const arm = 'management.azure.com';
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
		return expectAnswer(await get(arm, full), full).json();
	};
	return {
		...o,
		armAt,
		async cluster(path) {
			const answer = await get(o.clusterHost, path);
			return answer.status === 404 ? undefined : expectAnswer(answer, path).json();
		},
		async arm(path, version, schema) {
			const { value } = subscriptions.parse(await armAt('/subscriptions', '2022-12-01'));
			const all = value.map(({ subscriptionId }) => armAt(`/subscriptions/${subscriptionId}/${path}`, version));
			return (await Promise.all(all)).map((one) => schema.parse(one));
		},
		async manifest({ loginServer, repository, tag }) {
			const read = async (reference: string) => {
				const path = `/v2/${repository}/manifests/${reference}`;
				const answer = expectAnswer(await get(loginServer, path, manifestTypes.join(', ')), path);
				const { headers } = answer;
				const digest = headers.get('docker-content-digest') ?? reference;
				return { digest, mediaType: headers.get('content-type') ?? '', body: await answer.text() };
			};
			const manifest = await read(tag);
			const { manifests = [] } = pointing.parse(JSON.parse(manifest.body));
			const below = await Promise.all(manifests.map(({ digest }) => read(digest)));
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
