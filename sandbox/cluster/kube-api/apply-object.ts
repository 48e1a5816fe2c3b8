import { type Fields, isFields, textAt } from '../json.ts';
import { type KubeObject, parseObject, stamp } from '../kube-object.ts';
import { ApiError, badRequest, internal } from './api-error.ts';
import { typedFaults } from './apply/check-typed.ts';
import { renderPath } from './apply/field-set.ts';
import { type Manager, type Managers, readManagers, writeManagers } from './apply/managers.ts';
import { applyConfiguration, type Conflict, trackUpdate } from './apply/track.ts';
import { admitNew, prepareNew, storeNew, type WriteContext } from './create.ts';
import { managerName, trackingOf } from './managed-fields.ts';
import { decodeObject } from './request-body.ts';
import { type Ask, isTrue } from './request-target.ts';
import { apiVersionOf, type Resource, resources, storagePrefix } from './resource.ts';
import { refTo } from './schema/go-schema.ts';
import { finishUpdate, mergeMain, type Written } from './finish-update.ts';

/** Server-side apply: merges a configuration into the object, or makes it, and notes what its manager owns. */
export function applyObject(context: WriteContext, ask: Ask, config: Fields): Written {
	const { target, query } = ask;
	const { resource, namespace, name = '' } = target;
	checkConfiguration(ask, config);
	const before = context.storage.get(storagePrefix(resource, namespace) + name);
	const isForced = isTrue(query, 'force');
	const applied = applyConfiguration(
		{
			...trackingOf(ask, before),
			managers: startManagers(ask, before),
			name: managerName(ask, 'Apply'),
			now: stamp(context.clock.now()),
		},
		withName(config, ask),
		isForced,
	);
	if ('conflicts' in applied) throw applyConflict(applied.conflicts);
	const merged = parseObject(decodeObject(ask, isFields(applied.object) ? applied.object : {}));
	if (!before) {
		const prepared = prepareNew(context, ask, merged);
		return {
			object: storeNew(context, ask, admitNew(context, ask, writeManagers(prepared, applied.managers))),
			isNew: true,
		};
	}
	const after = writeManagers(
		target.subresource === 'status' ? withStatus(before, merged) : mergeMain(before, merged),
		applied.managers,
	);
	return { object: finishUpdate(context, ask, { before, after, isTracked: true }), isNew: false };
}

function withStatus(before: KubeObject, merged: KubeObject): KubeObject {
	return { ...before, status: merged['status'] ?? {} };
}

// An object that nobody tracked so far: what it is now belongs to whoever made it before the first apply.
function startManagers(ask: Ask, before: KubeObject | undefined): Managers {
	const managers = readManagers(before);
	if (before === undefined || managers.size > 0) return managers;
	const name = { ...managerName(ask, 'Update'), manager: 'before-first-apply' };
	const now = before.metadata.creationTimestamp;
	return trackUpdate({ ...trackingOf(ask, undefined), managers, name, now }, writeManagers(before, managers));
}

function checkConfiguration(ask: Ask, config: Fields): void {
	const { target, query } = ask;
	if (!query.get('fieldManager')) {
		const message = 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch';
		const causes = [
			{ reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' },
		];
		throw new ApiError(422, 'Invalid', { message, details: { group: 'meta.k8s.io', kind: 'PatchOptions', causes } });
	}
	checkVersion(target.resource, config);
	const name = textAt(config, 'metadata', 'name');
	if (name !== '' && name !== target.name) {
		throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name ?? ''})`);
	}
	const metadata = config['metadata'];
	if (isFields(metadata) && metadata['managedFields'] !== undefined && metadata['managedFields'] !== null) {
		throw badRequest('metadata.managedFields must be nil');
	}
	checkTyped(target.resource, config);
}

function checkVersion(resource: Resource, config: Fields): void {
	const [version, expected] = [textAt(config, 'apiVersion'), apiVersionOf(resource)];
	if (version === expected) return;
	const isKnown = resources.some((one) => apiVersionOf(one) === version);
	const [group, short] = version.includes('/') ? version.split('/') : ['', version];
	if (!isKnown) throw badRequest(`invalid object type: ${group}/${short}, Kind=${textAt(config, 'kind')}`);
	throw badRequest(
		`Incorrect version specified in apply patch. Specified patch version: ${version}, expected: ${expected}`,
	);
}

function checkTyped({ type, group, version, kind }: Resource, config: Fields): void {
	const faults = typedFaults(refTo(type), config);
	if (faults.length === 0) return;
	const list = faults.length === 1 ? String(faults[0]) : `errors:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
	const [namespace, name] = [textAt(config, 'metadata', 'namespace'), textAt(config, 'metadata', 'name')];
	throw internal(
		`failed to create typed patch object (${namespace}/${name}; ${group}/${version}, Kind=${kind}): ${list}`,
	);
}

function withName(config: Fields, { target }: Ask): Fields {
	const metadata = isFields(config['metadata']) ? config['metadata'] : {};
	const { namespace, name } = target;
	return { ...config, metadata: { ...metadata, name, ...(namespace !== undefined && { namespace }) } };
}

// pkg/util/managedfields/internal/conflict.go
function applyConflict(conflicts: Conflict[]): ApiError {
	const causes = conflicts.map(({ manager, path }) => ({
		reason: 'FieldManagerConflict',
		message: `conflict with ${renderManager(manager)}`,
		field: renderPath(path),
	}));
	return new ApiError(409, 'Conflict', { message: conflictMessage(conflicts), details: { causes } });
}

function conflictMessage(conflicts: Conflict[]): string {
	const [first] = conflicts;
	if (conflicts.length === 1 && first) {
		return `Apply failed with 1 conflict: conflict with ${renderManager(first.manager)}: ${renderPath(first.path)}`;
	}
	const names = [...new Set(conflicts.map(({ manager }) => renderManager(manager)))].toSorted();
	const parts = names.flatMap((name) => [
		`conflicts with ${name}:`,
		...conflicts.filter(({ manager }) => renderManager(manager) === name).map(({ path }) => `- ${renderPath(path)}`),
	]);
	return `Apply failed with ${conflicts.length} conflicts: ${parts.join('\n')}`;
}

function renderManager({ manager, subresource, operation, apiVersion }: Manager): string {
	const name =
		JSON.stringify(manager) + (subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`);
	return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
