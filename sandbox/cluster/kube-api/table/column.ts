import { at, listAt, numberAt, textAt, textsAt } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import { renderSelector } from '../selector.ts';
import { renderAge } from './age.ts';

/** One column of a kind's table: how it is called and what stands in it. */
export interface Column {
	name: string;
	type: 'string' | 'integer' | 'boolean';
	/** 1: only with `-o wide`. */
	priority: 0 | 1;
	cell(object: KubeObject, now: Date): unknown;
}

type Cell = Column['cell'];

export function text(name: string, cell: Cell): Column {
	return { name, type: 'string', priority: 0, cell };
}

export function integer(name: string, cell: Cell): Column {
	return { name, type: 'integer', priority: 0, cell };
}

/** The same column, shown with `-o wide` only. */
export function wide(column: Column): Column {
	return { ...column, priority: 1 };
}

/** A count at a path, 0 where there is none. */
export function count(name: string, ...path: string[]): Column {
	return integer(name, (object) => numberAt(object, ...path) ?? 0);
}

/** A text at a path, as it is. */
export function field(name: string, ...path: string[]): Column {
	return text(name, (object) => textAt(object, ...path));
}

export const nameColumn: Column = text('Name', ({ metadata }) => metadata.name);

export const ageColumn: Column = text('Age', ({ metadata }, now) => renderAge(metadata.creationTimestamp, now));

/** The wide columns of a workload: its containers, their images, its selector. */
export const containerColumns: Column[] = [
	wide(text('Containers', (object) => eachContainer(object, 'name'))),
	wide(text('Images', (object) => eachContainer(object, 'image'))),
];

export const selectorColumn: Column = wide(
	text('Selector', (object) => orNone(renderSelector(at(object, 'spec', 'selector')))),
);

function eachContainer(workload: KubeObject, what: string): string {
	return listAt(workload, 'spec', 'template', 'spec', 'containers')
		.map((container) => textAt(container, what))
		.join(',');
}

/** Labels as `a=1,b=2`. */
export function renderLabels(object: unknown, ...path: string[]): string {
	const pairs = Object.entries(textsAt(object, ...path)).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return orNone(pairs.map(([key, value]) => `${key}=${value}`).join(','));
}

export function orNone(value: string): string {
	return value === '' ? '<none>' : value;
}
