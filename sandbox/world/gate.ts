import type { Handler } from '@lanyard/sandbox-ground';

import type { CertificateAuthority } from './certificate-authority.ts';

/** Stands before every handler of a world, so that what is behind it can be replaced while nobody is inside. */
export interface Gate {
	handlerFor(host: string): Handler | undefined;
	/** Whose certificate a host has, where it is not the world's. */
	authorityFor(host: string): CertificateAuthority | undefined;
	/** The canonical name of a host, where it has another than its own. */
	aliasOf(host: string): string | undefined;
	/** Who answers for which host from now on. */
	lead(to: Lead): void;
	/** Lets nobody in until `work` is done, and begins once everybody who is inside has been answered. */
	whileShut<R>(work: () => Promise<R>): Promise<R>;
}

/** What is behind a gate. */
export interface Lead {
	handlerFor: (host: string) => Handler | undefined;
	authorityFor?: (host: string) => CertificateAuthority | undefined;
	aliasOf?: (host: string) => string | undefined;
}

/** Hears of every request before the world does, and may answer in its place: how a world is made to go wrong in the middle. */
export type Meanwhile = (request: Request) => Promise<Response | undefined>;

/** An open gate that leads nowhere yet. */
export function createGate(meanwhile?: Meanwhile): Gate {
	let inner: Lead = { handlerFor: () => undefined };
	const look = (host: string) => inner.handlerFor(host);
	let shut: Promise<unknown> = Promise.resolve();
	const inside = new Set<Promise<unknown>>();
	return {
		handlerFor(host) {
			if (!look(host)) return undefined;
			return async (request, visit) => {
				await shut;
				const stood = await meanwhile?.(request);
				if (stood) return stood;
				// What is behind the gate may be another world by now.
				const handler = look(host);
				if (!handler) return new Response('the host went away with the world it was of\n', { status: 502 });
				const answered = handler(request, visit);
				inside.add(answered);
				return answered.finally(() => inside.delete(answered));
			};
		},
		authorityFor: (host) => inner.authorityFor?.(host),
		aliasOf: (host) => inner.aliasOf?.(host),
		lead(to) {
			inner = to;
		},
		async whileShut(work) {
			const before = shut;
			const done = Promise.withResolvers<void>();
			shut = before.then(() => done.promise);
			try {
				await before;
				await Promise.allSettled(inside);
				return await work();
			} finally {
				done.resolve();
			}
		},
	};
}
