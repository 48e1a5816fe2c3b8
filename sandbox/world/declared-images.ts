import { Problem } from '@lanyard/core';
import { openTransport } from '@lanyard/sandbox-cluster';

import type { SignIn } from './sandbox.ts';
import { pushImage } from './seed.ts';
import type { WorldFile } from './world-file.ts';

/** Pushes what a declaration says is in its registries, through the front door, as the world's first user. */
export async function pushDeclaredImages(
	file: WorldFile,
	via: { proxyUrl: string; caPem: string; signIn: SignIn },
): Promise<void> {
	const declared = file.registries.flatMap(({ name, images }) =>
		images.map((image) => ({ ...image, loginServer: `${name.toLowerCase()}.azurecr.io` })),
	);
	if (declared.length === 0) return;
	const transport = openTransport({ proxyUrl: via.proxyUrl, caPem: via.caPem });
	try {
		for (const image of declared)
			await pushImage(transport.send, via.signIn, image).catch((cause: unknown) =>
				mayNotPush(via.signIn.user, image.loginServer, cause),
			);
	} finally {
		await transport.close();
	}
}

/** Declared images are pushed by the world's first user, who needs the right to: Owner is not enough in ABAC mode. */
function mayNotPush(user: string, loginServer: string, cause: unknown): never {
	const registry = loginServer.split('.')[0] ?? loginServer;
	throw new Problem('bad-world-file', {
		sentence: `${user} may not push the declared images to ${registry}`,
		found: cause instanceof Error ? cause.message : String(cause),
		fix: `Give the first user AcrPush there; in ABAC mode {principal: ${user}, role: Container Registry Repository Writer, scope: ${registry}}.`,
		cause,
	});
}
