import type { WorldClock } from '@lanyard/sandbox-ground';
import type { EventNote } from '../event-recorder.ts';
import { textAt } from '../json.ts';
import { type KubeObject, stamp } from '../kube-object.ts';
import type { BackOff } from './back-off.ts';
import { type ContainerRun, isRunning, newContainerId, startError } from './container-run.ts';
import type { ImageStore, NodeImage } from './containerd/image-store.ts';
import { startFault } from './containerd/start.ts';
import type { ImageManager } from './image-manager.ts';
import { type Program, programOf } from './programs/program.ts';

export interface StarterOptions {
	clock: WorldClock;
	images: ImageManager;
	store: ImageStore;
	/** For containers that were started and failed. */
	crashes: BackOff;
	/** Runs a program, keeps what it writes, and gives its exit code. */
	runProgram: (program: Program, pod: KubeObject) => Promise<number>;
}

export interface StartContext {
	pod: KubeObject;
	/** The pod's pull secrets that exist. */
	secrets: KubeObject[];
	note: (run: ContainerRun, note: EventNote) => void;
}

/** What a step did to a container: it is as it should be, it has to wait, or it was started and failed. */
export type StepOutcome = 'settled' | 'waiting' | 'crashed';

/** Brings one container a step further, as kuberuntime's startContainer does, and leaves its state in `run`. */
export async function stepContainer(
	options: StarterOptions,
	context: StartContext,
	run: ContainerRun,
): Promise<StepOutcome> {
	if (isRunning(run) || ('terminated' in run.state && !isToRestart(context.pod, run))) return 'settled';
	const crashKey = `${context.pod.metadata.uid}_${run.name}`;
	if (run.lastTerminated && options.crashes.isWaiting(crashKey)) return waitAfterCrash(options, context, run);
	const image = await options.images.ensure({
		pod: {
			namespace: context.pod.metadata.namespace ?? '',
			name: context.pod.metadata.name,
			uid: context.pod.metadata.uid,
			serviceAccount: textAt(context.pod, 'spec', 'serviceAccountName'),
		},
		image: run.image,
		policy: run.pullPolicy,
		secrets: context.secrets,
		note: (note) => context.note(run, note),
	});
	if (!('id' in image)) {
		run.state = { waiting: image };
		return fail(context, run, `Error: ${image.reason}`);
	}
	return start(options, context, { run, image });
}

async function start(
	options: StarterOptions,
	context: StartContext,
	{ run, image }: { run: ContainerRun; image: NodeImage },
): Promise<StepOutcome> {
	const containerId = newContainerId();
	const { command, args } = run;
	const fault = startFault(options.store, { image, containerId, command, args });
	run.pulled = image;
	if (fault?.stage === 'create') {
		run.state = { waiting: { reason: 'CreateContainerError', message: fault.message } };
		return fail(context, run, `Error: ${fault.message}`);
	}
	if (run.containerId !== undefined) run.restartCount += 1;
	run.containerId = containerId;
	context.note(run, { type: 'Normal', reason: 'Created', message: 'Container created' });
	if (fault) return crash(options, context, { run, message: fault.message });
	context.note(run, { type: 'Normal', reason: 'Started', message: 'Container started' });
	const startedAt = stamp(options.clock.now());
	const program = programOf(image.reference, { command, args });
	if (program) return runToEnd(options, context, { run, program, startedAt });
	run.state = { running: { startedAt } };
	if (isToEnd(context.pod, run)) run.state = { terminated: completed(containerId, startedAt) };
	return 'settled';
}

async function runToEnd(
	options: StarterOptions,
	context: StartContext,
	{ run, program, startedAt }: { run: ContainerRun; program: Program; startedAt: string },
): Promise<StepOutcome> {
	const containerId = run.containerId ?? '';
	const exitCode = await options.runProgram(program, context.pod);
	const terminated = {
		...completed(containerId, startedAt),
		exitCode,
		reason: exitCode === 0 ? 'Completed' : 'Error',
		finishedAt: stamp(options.clock.now()),
	};
	run.state = { terminated };
	if (!isToRestart(context.pod, run)) return 'settled';
	run.lastTerminated = terminated;
	options.crashes.failed(`${context.pod.metadata.uid}_${run.name}`);
	return 'crashed';
}

// Containers do not run here: what has a job to do, as an init container or as a Job's own, counts as having done it.
function isToEnd({ metadata }: KubeObject, { isInit, isSidecar }: ContainerRun): boolean {
	if (isInit) return !isSidecar;
	return metadata.ownerReferences?.some(({ controller, kind }) => controller === true && kind === 'Job') === true;
}

function completed(containerId: string, at: string) {
	return {
		exitCode: 0,
		reason: 'Completed',
		startedAt: at,
		finishedAt: at,
		containerID: `containerd://${containerId}`,
	};
}

function crash(
	options: StarterOptions,
	context: StartContext,
	{ run, message }: { run: ContainerRun; message: string },
): StepOutcome {
	fail(context, run, `Error: ${message}`);
	const terminated = startError(run.containerId ?? '', message, options.clock.now());
	run.state = { terminated };
	if (!isToRestart(context.pod, run)) return 'settled';
	run.state = { waiting: { reason: 'RunContainerError', message } };
	run.lastTerminated = terminated;
	options.crashes.failed(`${context.pod.metadata.uid}_${run.name}`);
	return 'crashed';
}

function waitAfterCrash({ crashes }: StarterOptions, context: StartContext, run: ContainerRun): StepOutcome {
	const { name, namespace = '', uid } = context.pod.metadata;
	const pod = `${name}_${namespace}(${uid})`;
	const delay = goSeconds(crashes.delayMs(`${uid}_${run.name}`));
	const message = `back-off ${delay} restarting failed container=${run.name} pod=${pod}`;
	run.state = { waiting: { reason: 'CrashLoopBackOff', message } };
	context.note(run, {
		type: 'Warning',
		reason: 'BackOff',
		message: `Back-off restarting failed container ${run.name} in pod ${pod}`,
	});
	return 'waiting';
}

function goSeconds(ms: number): string {
	const minutes = Math.trunc(ms / 60_000);
	return `${minutes > 0 ? `${minutes}m` : ''}${(ms % 60_000) / 1000}s`;
}

function fail(context: StartContext, run: ContainerRun, message: string): StepOutcome {
	context.note(run, { type: 'Warning', reason: 'Failed', message });
	return 'waiting';
}

function isToRestart(pod: KubeObject, run: ContainerRun): boolean {
	if (!('terminated' in run.state)) return true;
	const policy = textAt(pod, 'spec', 'restartPolicy');
	if (run.isInit) return policy !== 'Never' && run.state.terminated.exitCode !== 0;
	return policy === 'Always' || (policy === 'OnFailure' && run.state.terminated.exitCode !== 0);
}
