/*
 * What options of a list or a watch do not go together: apimachinery's ValidateListOptions
 * (pkg/apis/meta/internalversion/validation/validation.go of Kubernetes 1.35.4).
 */
import { type FieldFault, invalidOptions } from './api-error.ts';
import { isWatch } from './request-target.ts';
import { forbidden, unsupported } from './validate/fault.ts';

const field = 'resourceVersionMatch';

/** Refuses options that contradict each other. */
export function checkListOptions(query: URLSearchParams): void {
	const faults = isWatch(query) ? watchFaults(query) : listFaults(query);
	if (faults.length > 0) throw invalidOptions('ListOptions', faults);
}

function listFaults(query: URLSearchParams): FieldFault[] {
	const match = query.get(field) ?? '';
	const version = query.get('resourceVersion') ?? '';
	const faults: [isSo: boolean, fault: FieldFault][] = [
		[match !== '' && version === '', forbidden(field, `${field} is forbidden unless resourceVersion is provided`)],
		...continued(query, match),
		[!['', 'Exact', 'NotOlderThan'].includes(match), unsupported(field, match, ['Exact', 'NotOlderThan', ''])],
		[match === 'Exact' && version === '0', forbidden(field, `${field} "exact" is forbidden for resourceVersion "0"`)],
		[query.has('sendInitialEvents'), forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')],
	];
	return faults.flatMap(([isSo, fault]) => (isSo ? [fault] : []));
}

function watchFaults(query: URLSearchParams): FieldFault[] {
	const match = query.get(field) ?? '';
	const newest = 'NotOlderThan';
	const asks = query.has('sendInitialEvents');
	const faults: [isSo: boolean, fault: FieldFault][] = [
		[asks && match !== newest, forbidden(field, `sendInitialEvents requires setting ${field} to ${newest}`)],
		[match !== '' && !asks, forbidden(field, `${field} is forbidden for watch unless sendInitialEvents is provided`)],
		[match !== '' && match !== newest, unsupported(field, match, [newest])],
		...continued(query, match),
	];
	return faults.flatMap(([isSo, fault]) => (isSo ? [fault] : []));
}

function continued(query: URLSearchParams, match: string): [isSo: boolean, fault: FieldFault][] {
	const isSo = match !== '' && (query.get('continue') ?? '') !== '';
	return [[isSo, forbidden(field, `${field} is forbidden when continue is provided`)]];
}
