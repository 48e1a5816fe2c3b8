import { at, listAt, textAt, textsAt } from '../json.ts';
import { conditionOf, type KubeObject } from '../kube-object.ts';
import { matchesExpression } from '../kube-api/selector.ts';

/** Where a pod is to run, or the scheduler's sentence about why nowhere. */
export type NodeChoice = { node: string } | { unschedulable: string };

/** Picks the fitting node with the fewest pods. */
export function chooseNode(pod: KubeObject, nodes: KubeObject[], load: (node: string) => number): NodeChoice {
	const refusals = nodes.map((node) => ({ node, why: refusalOf(pod, node) }));
	const fitting = refusals
		.filter(({ why }) => why === undefined)
		.map(({ node }) => ({ node, load: load(node.metadata.name) }));
	const [best] = fitting.toSorted((a, b) => a.load - b.load);
	if (best) return { node: best.node.metadata.name };
	return { unschedulable: renderRefusals(refusals.map(({ why }) => why ?? '')) };
}

// The scheduler's FitError: reasons with their counts, in the order of their text.
function renderRefusals(whys: string[]): string {
	if (whys.length === 0) return 'no nodes available to schedule pods';
	const counts = [...new Set(whys)].map((why) => `${whys.filter((other) => other === why).length} ${why}`).toSorted();
	const all = `0/${whys.length} nodes are available`;
	return `${all}: ${counts.join(', ')}. preemption: ${all}: ${whys.length} Preemption is not helpful for scheduling.`;
}

function refusalOf(pod: KubeObject, node: KubeObject): string | undefined {
	// As if it were a taint (the NodeUnschedulable plugin).
	if (at(node, 'spec', 'unschedulable') === true && !isTolerated(pod, cordon)) return 'node(s) were unschedulable';
	const taint = listAt(node, 'spec', 'taints').find((one) => isHard(one) && !isTolerated(pod, one));
	if (taint !== undefined) return 'node(s) had untolerated taint(s)';
	if (!matchesNode(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
	return textAt(conditionOf(node, 'Ready'), 'status') === 'True' ? undefined : 'node(s) were not ready';
}

/** Whether a node takes a pod, whatever its own state: what a DaemonSet asks of a node (NodeShouldRunDaemonPod). */
export function takes(pod: KubeObject, node: KubeObject): boolean {
	const isKept = listAt(node, 'spec', 'taints').every((taint) => !isHard(taint) || isTolerated(pod, taint));
	return isKept && matchesNode(pod, node);
}

const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

function isHard(taint: unknown): boolean {
	return textAt(taint, 'effect') !== 'PreferNoSchedule';
}

function isTolerated(pod: KubeObject, taint: unknown): boolean {
	return listAt(pod, 'spec', 'tolerations').some((toleration) => {
		const [key, effect] = [textAt(toleration, 'key'), textAt(toleration, 'effect')];
		if (effect !== '' && effect !== textAt(taint, 'effect')) return false;
		if (textAt(toleration, 'operator') === 'Exists') return key === '' || key === textAt(taint, 'key');
		return key === textAt(taint, 'key') && textAt(toleration, 'value') === textAt(taint, 'value');
	});
}

function matchesNode(pod: KubeObject, node: KubeObject): boolean {
	const labels = node.metadata.labels ?? {};
	if (!Object.entries(textsAt(pod, 'spec', 'nodeSelector')).every(([key, value]) => labels[key] === value))
		return false;
	const required = at(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
	const terms = listAt(required, 'nodeSelectorTerms');
	const matchesFields = (term: unknown) =>
		listAt(term, 'matchFields').every((field) => matchesExpression(field, { 'metadata.name': node.metadata.name }));
	const matchesLabels = (term: unknown) =>
		listAt(term, 'matchExpressions').every((one) => matchesExpression(one, labels));
	return required === undefined || terms.some((term) => matchesFields(term) && matchesLabels(term));
}
