import { parseImageReference } from '@lanyard/core';
import { createMemoryStore, type Store, type Table } from '@lanyard/sandbox-ground';
import type { PullCredential, SecretSource } from './pull-credentials.ts';

interface KnownSecret extends SecretSource {
	hash: string;
}

/** Who may use an image that this node pulled. */
type Access = 'every-pod' | KnownSecret[];

// pullmanager.writeRecordWhileMatchingLimit
const longestSecretList = 100;

/**
 * What a kubelet remembers of its pulls (KEP-2535, on since 1.35): by image id and repository, with which credential. Images that
 * this kubelet never pulled came with the node and need no credential (`NeverVerifyPreloadedImages`).
 */
export class PullRecords {
	readonly #records: Table<Record<string, Access>>;

	constructor(store: Store = createMemoryStore()) {
		this.#records = store.table('pull-records');
	}

	/** Notes a pull that succeeded, with the credential that did it, if any. */
	pulled(imageId: string, image: string, used: PullCredential | undefined): void {
		this.#write(imageId, image, used?.secret ? [{ ...used.secret, hash: used.hash }] : 'every-pod');
	}

	/** Whether a pod must pull although the image is there. Credentials are looked up only when they matter. */
	async mustPull(imageId: string, image: string, credentials: () => Promise<PullCredential[]>): Promise<boolean> {
		const record = this.#records.get(imageId);
		if (!record) return false;
		const access = record[repositoryOf(image)];
		if (access === 'every-pod') return false;
		if (!access) return true;
		for (const { secret, hash } of await credentials()) {
			const known = secret && access.find((one) => one.hash === hash || isSameSecret(one, secret));
			if (!known) continue;
			if (access.length < longestSecretList) this.#write(imageId, image, [{ ...secret, hash }]);
			return false;
		}
		return true;
	}

	clear(): void {
		for (const [imageId] of this.#records.entries()) this.#records.delete(imageId);
	}

	#write(imageId: string, image: string, access: Access): void {
		const record = this.#records.get(imageId) ?? {};
		const repository = repositoryOf(image);
		const before = record[repository] ?? [];
		const isOpen = access === 'every-pod' || before === 'every-pod';
		const others = isOpen ? [] : before.filter((one) => !access.some((added) => isSameSecret(one, added)));
		this.#records.set(imageId, { ...record, [repository]: isOpen ? 'every-pod' : [...others, ...access] });
	}
}

function repositoryOf(image: string): string {
	return parseImageReference(image).name;
}

function isSameSecret(one: SecretSource, other: SecretSource): boolean {
	return one.uid === other.uid && one.namespace === other.namespace && one.name === other.name;
}
