import { acrHostKind, type Link } from '@lanyard/core';
import type { Look } from '../look.ts';
import { type Cause, inAzure, inKubernetes, link } from './link.ts';

/** Whether the reference can be read, and names a registry that can serve it. */
export function checkImage(look: Look): Link {
	const { reference, image, imageFact } = look;
	if (reference === undefined)
		return link('image', 'problem', inKubernetes(`"${image}": ${imageFact?.invalid ?? 'not read'}`));
	const verdict = imageCauses(look).length > 0 && look.health !== 'pulled' ? 'problem' : 'ok';
	return link('image', verdict, inKubernetes(reference.canonical));
}

/** What is wrong with the text of the image. */
export function imageCauses(look: Look): Cause[] {
	const { reference, image, imageFact, registry } = look;
	if (reference === undefined) {
		const why = imageFact?.invalid ?? 'it is no image reference';
		return [{ code: 'image-ref-invalid', confidence: 'certain', evidence: [inKubernetes(`"${image}": ${why}`)] }];
	}
	if (acrHostKind(reference.host) === 'privatelink') return [privatelink(reference.host)];
	const isUnknown = registry?.resource.known === true && registry.resource.value === null;
	return isUnknown && isUnresolved(look) ? [wrongName(look, registry.near)] : [];
}

function privatelink(host: string): Cause {
	const right = host.replace('.privatelink', '');
	const sentence = `${host} is the name of the private endpoint's zone, not a login server`;
	return {
		code: 'privatelink-host-in-reference',
		confidence: 'certain',
		sentence,
		evidence: [inKubernetes(host)],
		fix: { sentence: `Use ${right}; it resolves to the private endpoint by itself.` },
	};
}

function isUnresolved({ symptom, registry }: Look): boolean {
	return symptom?.shownAt === 'dns' || (registry?.near.length ?? 0) > 0;
}

function wrongName({ reference, symptom }: Look, near: string[]): Cause {
	const host = reference?.host ?? '';
	const [nearest] = near;
	return {
		code: 'wrong-registry-name',
		confidence: nearest !== undefined && symptom?.shownAt === 'dns' ? 'certain' : 'likely',
		sentence:
			nearest === undefined
				? `no registry answers at ${host}`
				: `no registry answers at ${host}; did you mean ${nearest}?`,
		evidence: [inAzure(`no registry that you can see has the login server ${host}`)],
		others: ['dns-failure', 'private-endpoint-dns'],
		decides: `whether ${host} resolves outside the cluster`,
		...(nearest === undefined ? {} : { fix: { sentence: `Name ${nearest} in the image.` } }),
	};
}
