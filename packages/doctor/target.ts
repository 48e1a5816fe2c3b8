import { Problem } from '@lanyard/core';

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
	if (kind === undefined || rest.length > 0 || !objectName.test(name)) throw nonsense(text);
	return { kind, name, namespace: kind === 'namespace' ? name : defaultNamespace };
}

function kindOf(word: string): string | undefined {
	for (const [kind, others] of Object.entries(kinds)) if (kind === word || others.includes(word)) return kind;
	return undefined;
}

function nonsense(text: string): Problem {
	return new Problem('bad-target', {
		sentence: `"${text}" names no workload`,
		wanted: `KIND/NAME, where KIND is one of ${Object.keys(kinds).join(', ')}`,
		found: text === '' ? 'nothing' : `"${text}"`,
		fix: 'Name it as kubectl does: deployment/web, pod/web-7c9f, namespace/shop.',
	});
}
