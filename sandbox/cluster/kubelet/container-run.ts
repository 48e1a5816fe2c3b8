import { randomBytes } from 'node:crypto';
import { at, type Fields, listAt, textAt } from '../json.ts';
import { stamp } from '../kube-object.ts';
import type { NodeImage } from './containerd/image-store.ts';

export type ContainerState =
	| { waiting: { reason: string; message?: string } }
	| { running: { startedAt: string } }
	| { terminated: Terminated };

export interface Terminated {
	exitCode: number;
	reason: string;
	message?: string;
	startedAt: string;
	finishedAt: string;
	containerID: string;
}

/** One container of a pod as its kubelet sees it. */
export interface ContainerRun {
	name: string;
	/** As the pod has it. */
	image: string;
	pullPolicy: string;
	command: string[];
	args: string[];
	isInit: boolean;
	/** An init container that stays: `restartPolicy: Always`. */
	isSidecar: boolean;
	state: ContainerState;
	lastTerminated?: Terminated;
	restartCount: number;
	pulled?: NodeImage;
	containerId?: string;
}

/** The containers of a pod before anything happened, init containers first. */
function newRuns(pod: unknown): ContainerRun[] {
	const init = listAt(pod, 'spec', 'initContainers');
	const waitsFor = init.length > 0 ? 'PodInitializing' : 'ContainerCreating';
	return [
		...init.map((container) => newRun(container, { isInit: true, reason: 'PodInitializing' })),
		...listAt(pod, 'spec', 'containers').map((container) => newRun(container, { isInit: false, reason: waitsFor })),
	];
}

function newRun(container: unknown, { isInit, reason }: { isInit: boolean; reason: string }): ContainerRun {
	return {
		name: textAt(container, 'name'),
		image: textAt(container, 'image'),
		pullPolicy: textAt(container, 'imagePullPolicy'),
		command: listAt(container, 'command').map(String),
		args: listAt(container, 'args').map(String),
		isInit,
		isSidecar: isInit && textAt(container, 'restartPolicy') === 'Always',
		state: { waiting: { reason } },
		restartCount: 0,
	};
}

/** What a pod's status says of its containers: a kubelet that starts anew finds them as they are. */
export function adoptRuns(pod: unknown, findImage: (reference: string) => NodeImage | undefined): ContainerRun[] {
	const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
	return newRuns(pod).map((run) => {
		const status = statuses.find((one) => textAt(one, 'name') === run.name);
		const containerId = textAt(status, 'containerID').replace('containerd://', '');
		if (containerId === '') return run;
		const pulled = findImage(textAt(status, 'image'));
		const last = readTerminated(at(status, 'lastState', 'terminated'));
		return {
			...run,
			containerId,
			restartCount: Number(at(status, 'restartCount')),
			state: readState(at(status, 'state')) ?? run.state,
			...(pulled && { pulled }),
			...(last && { lastTerminated: last }),
		};
	});
}

/** A container that was waiting is looked at again from the start. */
function readState(state: unknown): ContainerState | undefined {
	const startedAt = textAt(state, 'running', 'startedAt');
	if (startedAt !== '') return { running: { startedAt } };
	const terminated = readTerminated(at(state, 'terminated'));
	return terminated && { terminated };
}

function readTerminated(terminated: unknown): Terminated | undefined {
	if (terminated === undefined) return undefined;
	const message = textAt(terminated, 'message');
	return {
		exitCode: Number(at(terminated, 'exitCode')),
		reason: textAt(terminated, 'reason'),
		...(message !== '' && { message }),
		startedAt: textAt(terminated, 'startedAt'),
		finishedAt: textAt(terminated, 'finishedAt'),
		containerID: textAt(terminated, 'containerID'),
	};
}

export function isRunning(run: ContainerRun): boolean {
	return 'running' in run.state;
}

/** Whether an init container has done its part, so that the next container may start. */
export function isInitDone(run: ContainerRun): boolean {
	return run.isSidecar ? isRunning(run) : 'terminated' in run.state && run.state.terminated.exitCode === 0;
}

export function newContainerId(): string {
	return randomBytes(32).toString('hex');
}

/** What became of a container that could not be started: CRI's state for it (containerd, container_start.go). */
export function startError(containerId: string, message: string, now: Date): Terminated {
	return {
		exitCode: 128,
		reason: 'StartError',
		message,
		startedAt: '1970-01-01T00:00:00Z',
		finishedAt: stamp(now),
		containerID: `containerd://${containerId}`,
	};
}

/** An entry of `containerStatuses`. */
export function buildContainerStatus(run: ContainerRun): Fields {
	const isUp = isRunning(run);
	return {
		name: run.name,
		state: run.state,
		lastState: run.lastTerminated ? { terminated: run.lastTerminated } : {},
		ready: run.isInit && !run.isSidecar ? isInitDone(run) : isUp,
		restartCount: run.restartCount,
		image: run.pulled?.reference ?? run.image,
		imageID: run.pulled?.repoDigest ?? '',
		started: isUp,
		...(run.containerId !== undefined && { containerID: `containerd://${run.containerId}` }),
	};
}

/** The spec's container of this name. */
export function containerOf(pod: unknown, name: string): unknown {
	const all = [...listAt(pod, 'spec', 'initContainers'), ...listAt(pod, 'spec', 'containers')];
	return all.find((container) => at(container, 'name') === name);
}
