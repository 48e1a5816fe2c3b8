import type { ImageStore, NodeImage } from './image-store.ts';
import { mergeLayers } from './layer-files.ts';

/** Why a container cannot be created or started; `stage` decides the container's state. */
export interface StartFault {
	stage: 'create' | 'start';
	message: string;
}

export interface StartAsk {
	image: NodeImage;
	containerId: string;
	/** As the pod has them; they replace the image's. */
	command: string[];
	args: string[];
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Whether containerd and runc could start this, without running anything; undefined when they could. */
export function startFault(store: ImageStore, ask: StartAsk): StartFault | undefined {
	const { image, containerId, command, args } = ask;
	const tail = args.length > 0 || command.length > 0 ? args : image.command;
	const [program] = [...(command.length > 0 ? command : image.entrypoint), ...tail];
	if (program === undefined) {
		return {
			stage: 'create',
			message: `failed to generate container "${containerId}" spec: failed to generate spec: no command specified`,
		};
	}
	if (image.missingSnapshot !== undefined) {
		const why = `parent snapshot ${image.missingSnapshot} does not exist: not found`;
		return { stage: 'create', message: `failed to create containerd container: ${why}` };
	}
	const files = mergeLayers(image.layers.map((layer) => store.filesOf(layer) ?? []));
	// An image without one file list entry was not looked into; nothing can be said about it.
	const why = files.size === 0 ? undefined : lookUp(program, image.env, files);
	return why === undefined ? undefined : { stage: 'start', message: runcMessage(program, why) };
}

function lookUp(program: string, env: string[], files: Set<string>): string | undefined {
	if (program.includes('/')) return exists(files, program) ? undefined : `stat ${program}: no such file or directory`;
	const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath;
	const isThere = path.split(':').some((folder) => exists(files, `${folder}/${program}`));
	return isThere ? undefined : 'executable file not found in $PATH';
}

// Links between folders (`/bin` to `usr/bin`) are not followed one by one: a file of that name under either is taken.
function exists(files: Set<string>, path: string): boolean {
	const wanted = path.replace(/^\/+/, '');
	return files.has(wanted) || files.has(`usr/${wanted}`) || files.has(wanted.replace(/^usr\//, ''));
}

// As observed behind containerd 2.4.2.
function runcMessage(program: string, why: string): string {
	return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${program}": ${why}`;
}
