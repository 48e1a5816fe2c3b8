/* What a pod's row says, in the order of questions of printPod (pkg/printers/internalversion). */
import { at, listAt, numberAt, textAt } from '../../json.ts';
import { conditionOf, type KubeObject } from '../../kube-object.ts';
import { renderAge } from './age.ts';

export interface PodRow {
	ready: string;
	status: string;
	restarts: string;
}

/** Status, readiness and restarts of a pod. */
export function podRow(pod: KubeObject, now: Date): PodRow {
	const total =
		listAt(pod, 'spec', 'containers').length + listAt(pod, 'spec', 'initContainers').filter(isSidecar).length;
	const before = initPart(pod);
	const isPast = before.reason === undefined || textAt(conditionOf(pod, 'Initialized'), 'status') === 'True';
	const main = isPast ? mainPart(pod) : undefined;
	const ready = before.ready + (main?.ready ?? 0);
	const restarts = isPast ? before.sidecarRestarts + (main?.restarts ?? 0) : before.restarts;
	const reason = main?.reason ?? before.reason ?? phaseOf(pod);
	return { ready: `${ready}/${total}`, status: leaving(pod) ?? reason, restarts: renderRestarts(pod, restarts, now) };
}

function phaseOf(pod: KubeObject): string {
	if (textAt(conditionOf(pod, 'PodScheduled'), 'reason') === 'SchedulingGated') return 'SchedulingGated';
	return textAt(pod, 'status', 'reason') || textAt(pod, 'status', 'phase');
}

function leaving(pod: KubeObject): string | undefined {
	if (pod.metadata.deletionTimestamp === undefined) return undefined;
	if (textAt(pod, 'status', 'reason') === 'NodeLost') return 'Unknown';
	return ['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase')) ? undefined : 'Terminating';
}

function isSidecar(container: unknown): boolean {
	return textAt(container, 'restartPolicy') === 'Always';
}

interface InitPart {
	ready: number;
	restarts: number;
	sidecarRestarts: number;
	/** Set while the pod initializes. */
	reason?: string;
}

function initPart(pod: KubeObject): InitPart {
	const specs = listAt(pod, 'spec', 'initContainers');
	const part: InitPart = { ready: 0, restarts: 0, sidecarRestarts: 0 };
	for (const [i, status] of listAt(pod, 'status', 'initContainerStatuses').entries()) {
		const hasSidecar = specs.some((spec) => textAt(spec, 'name') === textAt(status, 'name') && isSidecar(spec));
		const restarts = numberAt(status, 'restartCount') ?? 0;
		part.restarts += restarts;
		if (hasSidecar) part.sidecarRestarts += restarts;
		if (numberAt(status, 'state', 'terminated', 'exitCode') === 0) continue;
		if (hasSidecar && at(status, 'started') === true) {
			if (at(status, 'ready') === true) part.ready += 1;
			continue;
		}
		return { ...part, reason: initReason(status, `${i}/${specs.length}`) };
	}
	return part;
}

function initReason(status: unknown, progress: string): string {
	if (at(status, 'state', 'terminated') !== undefined) return `Init:${endReason(status)}`;
	const waiting = textAt(status, 'state', 'waiting', 'reason');
	return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${progress}`;
}

function endReason(status: unknown): string {
	const reason = textAt(status, 'state', 'terminated', 'reason');
	const signal = numberAt(status, 'state', 'terminated', 'signal') ?? 0;
	if (reason !== '') return reason;
	return signal === 0 ? `ExitCode:${numberAt(status, 'state', 'terminated', 'exitCode') ?? 0}` : `Signal:${signal}`;
}

function mainPart(pod: KubeObject): { ready: number; restarts: number; reason: string } {
	const statuses = listAt(pod, 'status', 'containerStatuses');
	const running = statuses.filter(
		(status) => at(status, 'ready') === true && at(status, 'state', 'running') !== undefined,
	);
	const restarts = statuses.reduce<number>((sum, status) => sum + (numberAt(status, 'restartCount') ?? 0), 0);
	const said = statuses.map(reasonOf).find((reason) => reason !== undefined) ?? phaseOf(pod);
	return { ready: running.length, restarts, reason: said === 'Completed' ? completed(pod, running.length > 0) : said };
}

function reasonOf(status: unknown): string | undefined {
	const waiting = textAt(status, 'state', 'waiting', 'reason');
	if (waiting !== '') return waiting;
	return at(status, 'state', 'terminated') === undefined ? undefined : endReason(status);
}

// One container is done; what do the others do?
function completed(pod: KubeObject, hasRunning: boolean): string {
	if (hasRunning && textAt(conditionOf(pod, 'Ready'), 'status') === 'True') return 'Running';
	const failed = listAt(pod, 'status', 'containerStatuses').find(
		(status) => (numberAt(status, 'state', 'terminated', 'exitCode') ?? 0) !== 0,
	);
	if (failed !== undefined) return endReason(failed);
	return hasRunning ? 'NotReady' : 'Completed';
}

function renderRestarts(pod: KubeObject, restarts: number, now: Date): string {
	const ends = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')]
		.map((status) => textAt(status, 'lastState', 'terminated', 'finishedAt'))
		.filter((end) => end !== '');
	const last = ends.toSorted().at(-1);
	return restarts === 0 || last === undefined ? String(restarts) : `${restarts} (${renderAge(last, now)} ago)`;
}
