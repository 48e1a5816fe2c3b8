import { copyImage, keepShelfImage } from '../acr/copy.ts';
import { anonymousHolder, holderOfPassword } from '../acr/credential.ts';
import { coversRepository } from '../acr/repository-right.ts';
import { rightsOf } from '../acr/rights.ts';
import type { Blobs } from '../acr/storage/blobs.ts';
import { registryAudiences } from '../entra/audience.ts';
import { verifyToken } from '../entra/token.ts';
import type { State } from '../state.ts';
import type { Ask } from './ask.ts';
import type { Answered, Arm } from './handler.ts';
import { type Json, readBody, recordIn, textIn, textsIn } from './json-body.ts';
import type { Registry } from './model.ts';
import { beginOperation } from './begin-operation.ts';
import type { OperationFailure } from './operation.ts';
import { acceptedAt } from './operation-handler.ts';
import { armRefusals } from './refusal.ts';
import { registryRefusals } from './registry-refusal.ts';
import { allowed, pathsOf, registryKind } from './resource-kind.ts';

/** An image to be copied into a registry when the operation ends. */
export interface ImportOrder {
	/** Resource id of the registry that gets it. */
	target: string;
	/** Resource id of the registry that has it, or the host of one that is not Azure's. */
	from: { registry: string } | { host: string };
	repository: string;
	/** A tag or a digest. */
	reference: string;
	tags: Named[];
	/** Repositories that get it without a tag. */
	untagged: string[];
	force: boolean;
}

interface Named {
	repository: string;
	reference: string;
}

/** `az acr import`: an image from another registry, without anybody's machine in between. */
export function addImport(app: Arm, answered: Answered): void {
	app.post(`${pathsOf(registryKind.type).one}/importimage`, answered(importImage));
}

async function importImage(ask: Ask): Promise<Response> {
	const target = allowed(ask, registryKind, 'importImage/action');
	if (target instanceof Response) return target;
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const source = recordIn(body, 'source');
	const image = readImage(textIn(source, 'sourceImage') ?? '');
	if (!image) return registryRefusals.invalid('The source image is invalid.');
	const from = await sourceOf(ask, source, image.repository);
	if (from instanceof Response) return from;
	const order: ImportOrder = {
		...image,
		target: target.id,
		from,
		tags: textsIn(body, 'targetTags').flatMap((tag) => readImage(tag) ?? []),
		untagged: textsIn(body, 'untaggedTargetRepositories'),
		force: textIn(body, 'mode')?.toLowerCase() === 'force',
	};
	return begin(ask, target, order);
}

function begin(ask: Ask, target: Registry, order: ImportOrder): Response {
	const operation = beginOperation(ask.state, {
		kind: 'import',
		target: target.id,
		startedBy: ask.caller.objectId,
		meanwhile: 'Accepted',
		effect: { do: 'import', order },
	});
	const place = `/subscriptions/${target.subscriptionId}/providers/Microsoft.ContainerRegistry/locations`;
	return acceptedAt(
		ask,
		operation,
		`${place}/${target.location.toUpperCase()}/operationResults/registries-${operation.id}`,
	);
}

/** `library/nginx:latest`, `library/nginx@sha256:…`; no tag means latest. */
function readImage(text: string): Named | undefined {
	const [, repository, digest, tag] =
		text.match(/^([a-z0-9._/-]+?)(?:@(sha256:[0-9a-f]{64})|:([\w.-]{1,128}))?$/) ?? [];
	return repository === undefined ? undefined : { repository, reference: digest ?? tag ?? 'latest' };
}

type From = ImportOrder['from'];

/** From where: a registry of this world by its id or its login server, for whoever may pull there; or a host outside. */
async function sourceOf(ask: Ask, source: Json, repository: string): Promise<From | Response> {
	const { registries, registryAt } = ask.state.resources;
	const id = textIn(source, 'resourceId');
	if (id !== undefined) {
		const registry = registries.get(id);
		if (registry) return allowedFrom(ask, registry, repository) ?? { registry: registry.id };
		return armRefusals.resourceNotFound(registryKind.type, id.split('/').at(-1) ?? '', id.split('/')[4] ?? '');
	}
	const host = (textIn(source, 'registryUri') ?? '').replace(/^https?:\/\//, '').toLowerCase();
	if (host === '') return registryRefusals.invalid('The source registry is missing.');
	const registry = registryAt(host);
	if (!registry) return { host };
	const refused = await refusePassword(ask, registry, { told: recordIn(source, 'credentials'), repository });
	return refused ?? { registry: registry.id };
}

/** The caller of an import must be able to pull from the source itself. */
function allowedFrom(ask: Ask, registry: Registry, repository: string): Response | undefined {
	const held = rightsOf(ask.state, ask.caller, registry);
	if (coversRepository(held, 'read', repository)) return undefined;
	const { decisions } = held;
	const decision = decisions.get('read');
	if (decision) ask.visit.decided(decision);
	return armRefusals.authorizationFailed(ask.caller, decision?.action ?? '', registry.id);
}

async function refusePassword(
	ask: Ask,
	registry: Registry,
	{ told, repository }: { told: Json; repository: string },
): Promise<Response | undefined> {
	const { state, visit } = ask;
	const [user, password] = [textIn(told, 'username') ?? '', textIn(told, 'password') ?? ''];
	// A password without a name is an Entra token (recorded: import from another subscription).
	const { caller } = user === '' ? await verifyToken(state, password, registryAudiences(registry)) : {};
	if (caller) return allowedFrom({ ...ask, caller }, registry, repository);
	const { holder, ...refusal } =
		user === '' && password === ''
			? anonymousHolder(registry)
			: await holderOfPassword(state, registry, { user, password });
	if (holder?.has('read', repository)) return undefined;
	const because = holder?.why('read', repository) ?? { reason: '', ...refusal };
	visit.decided({ ...because, allowed: false, action: `import ${repository}`, scope: registry.loginServer });
	return registryRefusals.invalid('Authentication to the source registry failed.');
}

/** Copies what was ordered, or tells why it cannot. */
export async function runImport(state: State, blobs: Blobs, order: ImportOrder): Promise<OperationFailure | undefined> {
	const target = state.resources.registries.get(order.target);
	if (!target) return { code: 'ResourceNotFound', message: 'The registry is gone.' };
	const places = [...order.tags.map(({ repository }) => repository), ...order.untagged];
	const tags = order.tags.map(({ repository, reference }) => ({ place: placeOf(target, repository), tag: reference }));
	const taken = order.force ? undefined : tags.find(({ place, tag }) => state.content.tag(place, tag));
	if (taken) return conflict(`${taken.place.repository}:${taken.tag}`, target);
	const digest = await fetchInto(state, blobs, { order, to: places.map((repository) => placeOf(target, repository)) });
	if (digest === undefined) return unknownSource(order);
	const now = state.clock.now().toISOString();
	for (const { place, tag } of tags) {
		const before = state.content.tag(place, tag)?.createdAt;
		state.content.putTag(place, { name: tag, digest, createdAt: before ?? now, updatedAt: now });
	}
	return undefined;
}

interface Copy {
	order: ImportOrder;
	to: ReturnType<typeof placeOf>[];
}

async function fetchInto(state: State, blobs: Blobs, { order, to }: Copy): Promise<string | undefined> {
	const { from, repository, reference } = order;
	if ('host' in from) {
		const image = await state.shelf?.find({ host: from.host, repository, reference });
		return image && keepShelfImage(state, blobs, { image, to });
	}
	const source = state.resources.registries.get(from.registry);
	return source && copyImage(state, { from: placeOf(source, repository), reference, to });
}

function placeOf({ registryId }: Registry, repository: string) {
	return { registry: registryId, repository };
}

/** The code is ACR's (acr#632); of the words only that they speak of the manifest is sure. */
function unknownSource({ from, repository, reference }: ImportOrder): OperationFailure {
	const host = 'host' in from ? from.host : (from.registry.split('/').at(-1) ?? '');
	const image = `${host}/${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
	return { code: 'InvalidParameters', message: `Failed to import '${image}': manifest unknown: manifest is not found` };
}

function conflict(image: string, { loginServer }: Registry): OperationFailure {
	return { code: 'Conflict', message: `Tag ${image} already exists in target registry ${loginServer}.` };
}
