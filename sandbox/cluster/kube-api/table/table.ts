import type { Fields } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import { textAt } from '../../json.ts';
import type { Resource } from '../resource.ts';
import { partialTextOf, textOf } from '../json-text.ts';
import { columnsOf } from './columns.ts';

export interface TableOptions {
	resource: Resource;
	now: Date;
	/** How much of each object goes into its row: `includeObject`. */
	include: string;
	/** Whether rows alone are wanted: later events of a watch. */
	isBare?: boolean;
}

/** Objects as the JSON of a meta.k8s.io/v1 Table. */
export function tableText(objects: KubeObject[], metadata: Fields, options: TableOptions): string {
	const { resource, now, include, isBare = false } = options;
	const columns = columnsOf(resource);
	const columnDefinitions = isBare
		? null
		: columns.map(({ name, type, priority }) => ({
				name,
				type,
				format: name === 'Name' ? 'name' : '',
				description: '',
				priority,
			}));
	const head = JSON.stringify({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions });
	const rows = objects.map((object) => {
		const cells = columns.map((column) => column.cell(object, now));
		const row = JSON.stringify({ cells, ...conditionsOf(object) });
		return `${row.slice(0, -1)},"object":${rowText(object, include)}}`;
	});
	return `${head.slice(0, -1)},"rows":[${rows.join(',')}]}`;
}

function rowText(object: KubeObject, include: string): string {
	if (include === 'None') return 'null';
	return include === 'Object' ? textOf(object) : partialTextOf(object);
}

// Only pods that are done have conditions, so that clients may leave them out.
function conditionsOf(object: KubeObject): Fields {
	if (object.kind !== 'Pod') return {};
	const phase = textAt(object, 'status', 'phase');
	if (phase !== 'Succeeded' && phase !== 'Failed') return {};
	const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
	return { conditions: [{ type: 'Completed', status: 'True', reason: phase, message }] };
}
