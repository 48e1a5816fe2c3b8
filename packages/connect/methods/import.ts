import { type ImageReference, type Permission, type Plan, Problem } from '@lanyard/core';
import type { Registry } from '@lanyard/wire';
import { mustBeAllowed } from '../rights.ts';
import { noInverse, stepList } from '../steps/step-list.ts';
import type { PlanNames } from './role.ts';

/** What a copy of an image decides upon. */
export interface ImportSeen {
	registry: Registry;
	callerMay: Permission[];
	source: ImageReference;
	/** Where the source is a registry of Azure that the caller sees. */
	sourceRegistry?: Registry;
	/** What it is to be called here. */
	repository: string;
	tag: string;
	/** Whether there is one of that name already. */
	isThere: boolean;
	/** Whether there is no repository of that name yet: then undoing leaves none. */
	isNew: boolean;
	force: boolean;
}

const action = 'Microsoft.ContainerRegistry/registries/importImage/action';

/** Plans a copy of an image into the registry: nothing outside is needed for its pulls from then on. */
export function planImport(seen: ImportSeen, names: PlanNames): Plan {
	const { registry, source, sourceRegistry, repository, tag, isThere, isNew, force } = seen;
	mustBeAllowed(seen.callerMay, {
		action,
		scope: registry.id,
		purpose: `import images into ${registry.name}`,
		fix: `Ask for the role Container Registry Data Importer and Data Reader on ${registry.id}.`,
	});
	if (isThere && !force) {
		throw new Problem('already-exists', {
			sentence: `${registry.loginServer}/${repository}:${tag} is there already`,
			fix: 'Choose another name with --as, or add --force to replace it.',
		});
	}
	const image = imageOf(source);
	const list = stepList();
	const made = { host: registry.loginServer, repository, tag, isNew: String(isNew) };
	const from = sourceRegistry ? { resourceId: sourceRegistry.id } : { host: source.host };
	list.add({
		do: 'import-image',
		target: registry.id,
		says: `copy  ${source.host}/${image}  to  ${registry.loginServer}/${repository}:${tag}`,
		change: {
			registry: registry.id,
			loginServer: registry.loginServer,
			image,
			tag: `${repository}:${tag}`,
			...from,
			force: String(force),
		},
		inverse: isThere
			? noInverse('cannot be undone: what was there is replaced')
			: { do: 'remove-tag', says: isNew ? 'take it away' : 'take the tag away', change: made },
	});
	return {
		schema: 'lanyard.dev/plan/v1',
		id: names.planId,
		world: names.world,
		goal: { method: 'import', target: { image: `${source.host}/${image}`, registry: registry.name } },
		seen: { registry: registry.id },
		steps: list.steps,
		proof: { by: 'token', says: 'the registry shows its manifest' },
	};
}

function imageOf({ repository, tag, digest }: ImageReference): string {
	return digest === undefined ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}`;
}
