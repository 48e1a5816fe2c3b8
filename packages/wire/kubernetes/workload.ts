import {
	optionalArray,
	optionalField,
	optionalNumber,
	optionalString,
	stringField,
	stringList,
	stringMap,
} from '../field.ts';
import { type Metadata, parseMetadata } from './metadata.ts';
import { parsePodSpec, type PodSpec } from './pod.ts';

/** Anything that makes pods from a template: Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob. */
export interface Workload extends Metadata {
	kind: string;
	/** How many pods it wants: `replicas`, `desiredNumberScheduled` or `parallelism`. */
	wantedPods: number;
	readyPods: number;
	/** The label selector as the API takes it: `app=web,tier in (a,b)`; empty where it has none (CronJob). */
	selector: string;
	template: PodSpec;
}

/** Makes the reader for one kind of workload: lists do not repeat the kind in their items. */
export function parseWorkload(kind: string): (json: unknown) => Workload {
	const path = kind === 'CronJob' ? 'spec.jobTemplate.spec.template' : 'spec.template';
	return (json) => ({
		...parseMetadata(json),
		kind,
		wantedPods: wantedPods(json, kind),
		readyPods: optionalNumber(json, readyField[kind] ?? 'status.readyReplicas') ?? 0,
		selector: parseSelector(json),
		template: parsePodSpec(optionalField(json, path)),
	});
}

const readyField: Record<string, string> = { DaemonSet: 'status.numberReady', Job: 'status.ready' };

/** An unset number of replicas means 1 (the API server fills it in); a CronJob itself wants none. */
function wantedPods(json: unknown, kind: string): number {
	if (kind === 'CronJob') return 0;
	if (kind === 'DaemonSet') return optionalNumber(json, 'status.desiredNumberScheduled') ?? 0;
	return optionalNumber(json, kind === 'Job' ? 'spec.parallelism' : 'spec.replicas') ?? 1;
}

function parseSelector(json: unknown): string {
	const labels = Object.entries(stringMap(json, 'spec.selector.matchLabels')).map(([key, value]) => `${key}=${value}`);
	return [...labels, ...optionalArray(json, 'spec.selector.matchExpressions', parseExpression)].join(',');
}

/** `matchExpressions` in the words that the `labelSelector` parameter takes. */
function parseExpression(json: unknown): string {
	const [key, operator] = [stringField(json, 'key'), optionalString(json, 'operator')];
	if (operator === 'Exists') return key;
	if (operator === 'DoesNotExist') return `!${key}`;
	return `${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${stringList(json, 'values').join(',')})`;
}
