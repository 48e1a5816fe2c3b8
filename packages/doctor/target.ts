import { Problem } from '@lanyard/core';

import { nearestTo } from './near.ts';

/** What is to be explained or checked, as kubectl names it; `kind` is the lower-case singular. */
export interface Target {
	kind: string;
	name: string;
	namespace: string;
}

/** kubectl's own names and short names (`kubectl api-resources`) of the kinds whose pods the doctor can find. */
const kinds: Record<string, string[]> = {
	pod: ['pods', 'po'],
	deployment: ['deployments', 'deploy'],
	replicaset: ['replicasets', 'rs'],
	statefulset: ['statefulsets', 'sts'],
	daemonset: ['daemonsets', 'ds'],
	job: ['jobs'],
	cronjob: ['cronjobs', 'cj'],
	namespace: ['namespaces', 'ns'],
};

// RFC 1123 subdomain: what Kubernetes accepts as the name of these kinds.
const objectName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Reads `deployment/web` and the like; a namespace is its own namespace. */
export function parseTarget(text: string, defaultNamespace: string): Target {
	const [kindText = '', name = '', ...rest] = text.split('/');
	const kind = kindOf(kindText.toLowerCase());
	if (kind === undefined || rest.length > 0 || !objectName.test(name)) throw nonsense(text, { kindText, name });
	return { kind, name, namespace: kind === 'namespace' ? name : defaultNamespace };
}

function kindOf(word: string): string | undefined {
	for (const [kind, others] of Object.entries(kinds)) if (kind === word || others.includes(word)) return kind;
	return undefined;
}

function nonsense(text: string, { kindText, name }: { kindText: string; name: string }): Problem {
	const [meant] = name === '' ? [] : nearestTo(kindText.toLowerCase(), Object.entries(kinds).flat(2));
	const isBare = name === '' && !text.includes('/') && objectName.test(text);
	return new Problem('bad-target', {
		sentence: `"${text}" names no workload${meant === undefined ? '' : `; did you mean ${meant}/${name}?`}`,
		wanted: `KIND/NAME, where KIND is one of ${Object.keys(kinds).join(', ')}`,
		found: text === '' ? 'nothing' : `"${text}"`,
		fix: isBare
			? `Say of what kind it is: deployment/${text}, pod/${text}, …`
			: 'Name it as kubectl does: deployment/web, pod/web-7c9f, namespace/shop.',
	});
}
