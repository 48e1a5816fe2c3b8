import { problemChecks, type PullCode } from '@lanyard/core';
import type { Look } from '../look.ts';
import type { Symptom } from '../words/symptom.ts';
import { type Cause, inAzure, inKubernetes, inRegistry } from './link.ts';

/** The cause as the kubelet's words have it, with what the facts add to them. */
export function wordCauses(look: Look, symptom: Symptom): Cause[] {
	const cause: Cause = {
		code: symptom.code,
		confidence: symptom.confidence,
		evidence: [inKubernetes(symptom.says)],
		others: symptom.others,
		decides: decidedBy(look, symptom),
	};
	return [{ ...cause, ...refine(look, symptom, cause) }];
}

function refine(look: Look, symptom: Symptom, { evidence }: Cause): Partial<Cause> {
	if (symptom.code === 'registry-firewall-denied') return firewall(look, symptom, evidence);
	if (symptom.code === 'local-image-not-on-node' && symptom.shownAt === 'presence')
		return { code: 'image-pull-policy-never' };
	if (symptom.code === 'image-tag-not-found') return notFound(look, evidence);
	if (symptom.code === 'kubelet-pull-limits' && symptom.says.includes('QPS'))
		return { code: 'kubelet-pull-qps-exceeded' };
	return {};
}

function firewall({ registry }: Look, { address }: Symptom, evidence: Cause['evidence']): Partial<Cause> {
	const isClosed = registry?.resource.known === true && registry.resource.value?.publicNetworkAccess === false;
	const refused =
		address === undefined
			? {}
			: { sentence: `the registry does not admit ${address}, the address the node comes from` };
	if (!isClosed) return refused;
	const code: PullCode = 'public-access-disabled';
	return {
		...refused,
		code,
		evidence: [...evidence, inAzure('public network access to the registry is switched off')],
	};
}

function notFound({ reference, imageFact }: Look, evidence: Cause['evidence']): Partial<Cause> {
	const image = reference?.familiar ?? 'the image';
	if (imageFact?.manifest?.known !== true) return { sentence: `the registry has no ${image}` };
	return {
		sentence: `the registry had no ${image} when the node asked, and has it now`,
		confidence: 'likely',
		evidence: [...evidence, inRegistry(`as you: ${image} is there`)],
		fix: { sentence: 'Wait for the next try (at most 5 minutes) or recreate the pod.' },
	};
}

function decidedBy({ reference }: Look, { code }: Symptom): string {
	return problemChecks[code].replaceAll('HOST', reference?.host ?? 'the registry');
}
