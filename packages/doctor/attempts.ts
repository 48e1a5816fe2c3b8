import { type Attempt, type Link, type LinkName, links } from '@lanyard/core';
import type { Look } from './look.ts';
import { checkChallenge } from './links/challenge.ts';
import { checkExchange } from './links/exchange.ts';
import { checkGrant } from './links/grant.ts';
import { checkIdentity } from './links/identity.ts';
import { checkLayers } from './links/layers.ts';
import { inKubernetes, link } from './links/link.ts';
import { checkManifest } from './links/manifest.ts';
import { checkToken } from './links/token.ts';
import type { Symptom } from './words/symptom.ts';

/** One attempt per credential that a kubelet would try, in its order; the bare one only where no other came to anything. */
export function attemptsOf(look: Look): Attempt[] {
	if (look.reference === undefined) return [];
	const secrets = look.matching.map((one) => secretAttempt(look, one));
	if (!look.hasProvider) return secrets.length > 0 ? secrets : [bareAttempt(look)];
	const provider = providerAttempt(look);
	const isProviderOut = provider.links.some(({ link: name, verdict }) => name === 'exchange' && verdict !== 'ok');
	// A provider that answers gives an empty entry too, which is tried last.
	const wasBare = look.symptoms.some(({ credential }) => credential === 'none');
	return [...secrets, provider, ...((isProviderOut && secrets.length === 0) || wasBare ? [bareAttempt(look)] : [])];
}

function secretAttempt(look: Look, { secret, entry }: Look['matching'][number]): Attempt {
	const { key, endsAt } = entry;
	const symptom = symptomFor(look, 'some');
	return {
		credential: { source: 'pull-secret', name: secret, covers: [key], ...(endsAt === undefined ? {} : { endsAt }) },
		links: runtimeLinks(look, symptom),
	};
}

function providerAttempt(look: Look): Attempt {
	const exchange = checkExchange(look);
	const own = [checkIdentity(look), exchange];
	const reached = exchange.verdict === 'ok' ? runtimeLinks(look, symptomFor(look, 'some')) : skipped('challenge');
	const credential: Attempt['credential'] = {
		source: 'provider',
		name: 'acr-credential-provider',
		covers: [look.reference?.host ?? ''],
	};
	return { credential, links: [...own, ...reached, checkGrant(look)] };
}

function bareAttempt(look: Look): Attempt {
	return { credential: { source: 'none', covers: [] }, links: runtimeLinks(look, symptomFor(look, 'none')) };
}

// Which of the joined errors belongs to this credential; words that do not tell may belong to any.
function symptomFor(look: Look, credential: 'some' | 'none'): Symptom | undefined {
	if (look.health !== 'failing') return undefined;
	const own = look.symptoms.filter((symptom) => symptom.credential === credential);
	return own[0] ?? look.symptoms.find((symptom) => symptom.credential === 'unknown');
}

function runtimeLinks(look: Look, symptom: Symptom | undefined): Link[] {
	if (look.health === 'waiting') return skipped('challenge');
	const checked = [
		checkChallenge(look),
		checkToken(look, symptom),
		checkManifest(look, symptom),
		checkLayers(look, symptom),
	];
	if (symptom === undefined) return checked;
	const end = links.indexOf(symptom.shownAt);
	return checked.map((one) =>
		links.indexOf(one.link) > end ? link(one.link, 'skipped', inKubernetes('not reached')) : one,
	);
}

function skipped(from: LinkName): Link[] {
	const names: LinkName[] = ['challenge', 'token', 'manifest', 'layers'];
	return names.slice(names.indexOf(from)).map((name) => link(name, 'skipped', inKubernetes('not reached')));
}
