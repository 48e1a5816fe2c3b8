import { Problem } from '@lanyard/core';

import { findCluster } from '../../session/find.ts';
import type { Session } from '../../session/session.ts';
import type { ChangeFlags } from '../change.ts';
import type { CommonFlags } from '../context.ts';

/** Which cluster and namespaces. */
export interface ClusterChoice extends Omit<CommonFlags, 'namespace'>, ChangeFlags {
	/** By Azure; left out: the kubeconfig's context. */
	cluster?: string;
	namespace?: string[];
}

/** The cluster as plans name it: by resource id where Azure knows it, else by its context. */
export async function chooseCluster(session: Session, flags: ClusterChoice) {
	if (flags.cluster !== undefined) {
		const found = await findCluster(session, flags.cluster, flags);
		return { cluster: found.id, clusterName: found.name, namespace: 'default', kube: await session.kubeOf(found) };
	}
	const kube = await session.kube();
	const { context, namespace } = kube;
	return { cluster: `context:${context}`, clusterName: context, namespace, kube };
}

/** The namespaces that were named, else the context's own. */
export function namespacesOf({ namespace = [] }: ClusterChoice, usual: string): string[] {
	return namespace.length > 0 ? [...new Set(namespace)] : [usual];
}

const kinds: Record<string, string> = {
	sa: 'serviceaccount',
	serviceaccounts: 'serviceaccount',
	deploy: 'deployment',
	deployments: 'deployment',
	sts: 'statefulset',
	statefulsets: 'statefulset',
	ds: 'daemonset',
	daemonsets: 'daemonset',
	cj: 'cronjob',
	cronjobs: 'cronjob',
};

/** Reads `serviceaccount/default`, `deployment/web`, with kubectl's short names. */
export function parseReferrers(texts: string[]): { kind: string; name: string }[] {
	return texts.map((text) => {
		const [kind = '', name = '', ...rest] = text.split('/');
		if (name === '' || rest.length > 0) {
			throw new Problem('bad-target', {
				sentence: `"${text}" names nothing that could be given a pull secret`,
				wanted: 'KIND/NAME',
				found: `"${text}"`,
				fix: 'Write --attach-to serviceaccount/default, or deployment/NAME.',
			});
		}
		const word = kind.toLowerCase();
		return { kind: kinds[word] ?? word, name };
	});
}
