import { type Action, given } from '../run.ts';

const createRegistry: Action = async (doing, { hands }) => {
	const startedAt = hands.clock.now().getTime();
	const registry = {
		location: given(doing, 'location'),
		sku: given(doing, 'sku'),
		isAbac: doing.change['roleMode'] === 'ABAC',
	};
	await hands.registries.create(given(doing, 'id'), registry, {
		onWait: () => hands.onWait?.('Azure to make the registry', hands.clock.now().getTime() - startedAt),
		signal: hands.signal,
	});
};

const deleteRegistry: Action = async (doing, { hands }) => {
	await hands.registries.remove(given(doing, 'id'));
};

/** Registries and clusters. */
export const resourceActions = { 'create-registry': createRegistry, 'delete-registry': deleteRegistry };
