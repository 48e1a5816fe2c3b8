import type { Fields } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import { textAt } from '../../json.ts';
import type { Resource } from '../resource.ts';
import { columnsOf } from './columns.ts';

export interface TableOptions {
	resource: Resource;
	now: Date;
	/** How much of each object goes into its row: `includeObject`. */
	include: string;
	/** Whether rows alone are wanted: later events of a watch. */
	isBare?: boolean;
}

/** Objects as a meta.k8s.io/v1 Table. */
export function buildTable(objects: KubeObject[], metadata: Fields, options: TableOptions): Fields {
	const { resource, now, include, isBare = false } = options;
	const columns = columnsOf(resource);
	return {
		kind: 'Table',
		apiVersion: 'meta.k8s.io/v1',
		metadata,
		columnDefinitions: isBare
			? null
			: columns.map(({ name, type, priority }) => ({
					name,
					type,
					format: name === 'Name' ? 'name' : '',
					description: '',
					priority,
				})),
		rows: objects.map((object) => ({
			cells: columns.map((column) => column.cell(object, now)),
			...conditionsOf(object),
			object: rowObject(object, include),
		})),
	};
}

function rowObject(object: KubeObject, include: string): unknown {
	if (include === 'None') return null;
	return include === 'Object' ? object : buildPartial(object);
}

// Only pods that are done have conditions, so that clients may leave them out.
function conditionsOf(object: KubeObject): Fields {
	if (object.kind !== 'Pod') return {};
	const phase = textAt(object, 'status', 'phase');
	if (phase !== 'Succeeded' && phase !== 'Failed') return {};
	const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
	return { conditions: [{ type: 'Completed', status: 'True', reason: phase, message }] };
}

/** The metadata of an object alone. */
export function buildPartial({ metadata }: KubeObject): Fields {
	return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
