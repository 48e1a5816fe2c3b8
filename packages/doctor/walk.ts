import type { Chain } from '@lanyard/core';
import { attemptsOf } from './attempts.ts';
import type { Facts } from './facts.ts';
import { findingsOf } from './findings.ts';
import { checkAdmission } from './links/admission.ts';
import { checkDns } from './links/dns.ts';
import { checkImage } from './links/image.ts';
import { checkKeyring } from './links/keyring.ts';
import { checkNetwork } from './links/network.ts';
import { checkPresence } from './links/presence.ts';
import { type Look, looksOf } from './look.ts';

/** One chain per distinct image, service account and pull secrets of the target's pods. */
export function walk(facts: Facts): Chain[] {
	return looksOf(facts).map((look) => chainOf(look));
}

/** The chain of one look, with the findings that explain it. */
export function chainOf(look: Look): Chain {
	const { facts, reference } = look;
	return {
		schema: 'lanyard.dev/chain/v1',
		world: facts.world,
		pull: pullOf(look),
		links: [checkImage(look), checkAdmission(look), checkPresence(look), checkKeyring(look)],
		hosts: reference === undefined ? [] : [{ host: reference.host, links: [checkDns(look), checkNetwork(look)] }],
		attempts: attemptsOf(look),
		findings: findingsOf(look),
	};
}

function pullOf({ facts, failing, pods, serviceAccount, image }: Look): Chain['pull'] {
	const pod = failing[0] ?? pods[0];
	return {
		cluster: facts.cluster,
		...(pod?.node === undefined ? {} : { node: pod.node }),
		namespace: facts.target.namespace,
		...(pod === undefined ? {} : { pod: pod.name }),
		serviceAccount,
		image,
	};
}
