import { type Fields, textAt } from '../json.ts';
import { conditionOf, type KubeObject } from '../kube-object.ts';
import { buildContainerStatus, type ContainerRun, isInitDone, isRunning } from './container-run.ts';

export interface PodPlace {
	hostIp: string;
	podIp: string;
	startedAt: string;
	now: string;
}

/** The status a kubelet writes for a pod. */
export function buildPodStatus(pod: KubeObject, runs: ContainerRun[], place: PodPlace): Fields {
	const init = runs.filter((run) => run.isInit);
	const main = runs.filter((run) => !run.isInit);
	const phase = phaseOf(textAt(pod, 'spec', 'restartPolicy'), init, main);
	return {
		phase,
		conditions: buildConditions(pod, { phase, init, main, now: place.now }),
		hostIP: place.hostIp,
		hostIPs: [{ ip: place.hostIp }],
		podIP: place.podIp,
		podIPs: [{ ip: place.podIp }],
		startTime: place.startedAt,
		qosClass: textAt(pod, 'status', 'qosClass') || 'BestEffort',
		...(init.length > 0 && { initContainerStatuses: init.map(buildContainerStatus) }),
		containerStatuses: main.map(buildContainerStatus),
	};
}

// pkg/kubelet/kubelet_pods.go getPhase
function phaseOf(restartPolicy: string, init: ContainerRun[], main: ContainerRun[]): string {
	if (init.some((run) => 'terminated' in run.state && !isInitDone(run)) && restartPolicy === 'Never') return 'Failed';
	if (!init.every(isInitDone)) return 'Pending';
	if (main.some((run) => 'waiting' in run.state && !run.lastTerminated)) return 'Pending';
	if (main.some(isRunning) || restartPolicy === 'Always') return 'Running';
	if (main.every((run) => 'terminated' in run.state && run.state.terminated.exitCode === 0)) return 'Succeeded';
	return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

interface Seen {
	phase: string;
	init: ContainerRun[];
	main: ContainerRun[];
	now: string;
}

function buildConditions(pod: KubeObject, { phase, init, main, now }: Seen): Fields[] {
	const unready = main.filter((run) => !isRunning(run)).map((run) => run.name);
	const incomplete = init.filter((run) => !isInitDone(run)).map((run) => run.name);
	const readiness =
		unready.length === 0
			? isTrue
			: isFalse('ContainersNotReady', `containers with unready status: [${unready.join(' ')}]`);
	const whole = phase === 'Succeeded' ? isFalse('PodCompleted') : phase === 'Failed' ? isFalse('PodFailed') : readiness;
	const initialized =
		incomplete.length === 0
			? isTrue
			: isFalse('ContainersNotInitialized', `containers with incomplete status: [${incomplete.join(' ')}]`);
	const wanted = {
		PodReadyToStartContainers: isTrue,
		Initialized: initialized,
		Ready: whole,
		ContainersReady: whole,
		PodScheduled: isTrue,
	};
	return Object.entries(wanted).map(([type, claim]) => ({
		type,
		lastProbeTime: null,
		lastTransitionTime: transitionTime(pod, { type, status: claim.status, now }),
		...claim,
	}));
}

interface Claim {
	status: string;
	reason?: string;
	message?: string;
}

const isTrue: Claim = { status: 'True' };

function isFalse(reason: string, message?: string): Claim {
	return { status: 'False', reason, ...(message !== undefined && { message }) };
}

function transitionTime(pod: KubeObject, { type, status, now }: { type: string; status: string; now: string }): string {
	const before = conditionOf(pod, type);
	return textAt(before, 'status') === status ? textAt(before, 'lastTransitionTime') || now : now;
}
