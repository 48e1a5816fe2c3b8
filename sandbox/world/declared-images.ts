import { Problem } from '@lanyard/core';
import type { Machine } from '@lanyard/sandbox-ground';

import type { Gate } from './gate.ts';
import type { SignIn } from './sandbox.ts';
import { pushImage, type Send } from './seed.ts';
import type { WorldFile } from './world-file.ts';

/**
 * Pushes what a declaration says is in its registries, as the world's first user and from the workstation. Every request passes the
 * checks that everybody's passes, but no wire: two programs' worth of TLS would be a third of a start.
 */
export async function pushDeclaredImages(
	file: WorldFile,
	by: { gate: Gate; machine: Machine; signIn: SignIn },
): Promise<void> {
	const declared = file.registries.flatMap(({ name, images }) =>
		images.map((image) => ({ ...image, loginServer: `${name.toLowerCase()}.azurecr.io` })),
	);
	const send = sendFrom(by.machine, by.gate);
	for (const image of declared)
		await pushImage(send, by.signIn, image).catch((cause: unknown) =>
			mayNotPush(by.signIn.user, image.loginServer, cause),
		);
}

function sendFrom(machine: Machine, gate: Gate): Send {
	return async (request) => {
		const handler = gate.handlerFor(new URL(request.url).hostname);
		if (!handler) throw new Error(`nobody answers for ${request.url}`);
		return handler(request, { machine, isFrom: () => undefined, decided: () => undefined });
	};
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
