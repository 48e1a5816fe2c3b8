import type { KubeObject } from './kube-object.ts';

const keptLines = 500;

/** What containers have written, pod by pod: those whose program is imitated. Others run nothing, and write nothing. */
export class ContainerLogs {
	readonly #lines = new Map<string, string[]>();

	/** Adds a line to the log of a pod's only container. */
	write({ metadata }: KubeObject, line: string): void {
		const lines = this.#lines.get(metadata.uid) ?? [];
		this.#lines.set(metadata.uid, [...lines.slice(1 - keptLines), line]);
	}

	read({ metadata }: KubeObject): readonly string[] {
		return this.#lines.get(metadata.uid) ?? [];
	}

	/** The pod is gone, and its log with it. */
	forget({ metadata }: KubeObject): void {
		this.#lines.delete(metadata.uid);
	}
}
