import { parseImageReference } from '@lanyard/core';
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
	readonly #byImage = new Map<string, Map<string, Access>>();

	/** Notes a pull that succeeded, with the credential that did it, if any. */
	pulled(imageId: string, image: string, used: PullCredential | undefined): void {
		this.#write(imageId, image, used?.secret ? [{ ...used.secret, hash: used.hash }] : 'every-pod');
	}

	/** Whether a pod must pull although the image is there. Credentials are looked up only when they matter. */
	async mustPull(imageId: string, image: string, credentials: () => Promise<PullCredential[]>): Promise<boolean> {
		const record = this.#byImage.get(imageId);
		if (!record) return false;
		const access = record.get(repositoryOf(image));
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

	#write(imageId: string, image: string, access: Access): void {
		const record = this.#byImage.get(imageId) ?? new Map<string, Access>();
		this.#byImage.set(imageId, record);
		const repository = repositoryOf(image);
		const before = record.get(repository) ?? [];
		if (access === 'every-pod' || before === 'every-pod') record.set(repository, 'every-pod');
		else
			record.set(repository, [...before.filter((one) => !access.some((added) => isSameSecret(one, added))), ...access]);
	}
}

function repositoryOf(image: string): string {
	return parseImageReference(image).name;
}

function isSameSecret(one: SecretSource, other: SecretSource): boolean {
	return one.uid === other.uid && one.namespace === other.namespace && one.name === other.name;
}
