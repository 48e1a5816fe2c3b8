import type { Metadata } from './metadata.ts';
import type { PodSpec } from './pod.ts';

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
