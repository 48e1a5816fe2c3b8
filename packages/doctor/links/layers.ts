import type { Link } from '@lanyard/core';
import type { Look } from '../look.ts';
import type { Symptom } from '../words/symptom.ts';
import { inKubernetes, inRegistry, link } from './link.ts';

/** Whether the layers can be had from wherever the registry sends the node for them. */
export function checkLayers(look: Look, symptom: Symptom | undefined): Link {
	if (symptom?.shownAt === 'layers') return link('layers', 'problem', inKubernetes(symptom.says));
	const manifest = look.imageFact?.manifest;
	const isPulled = look.health === 'pulled';
	if (manifest?.known !== true || !manifest.value.found)
		return link(
			'layers',
			isPulled ? 'ok' : 'could-not-check',
			inKubernetes(isPulled ? 'on the node' : 'not asked from here'),
		);
	const { layers, bytes, layersReachable } = manifest.value;
	const says =
		layers === 0 ? 'one image per platform' : `${layers} ${layers === 1 ? 'layer' : 'layers'}, ${sayBytes(bytes)}`;
	if (layersReachable === false && !isPulled)
		return link('layers', 'warning', inRegistry(`${says}; not reachable from here`));
	return link('layers', 'ok', inRegistry(says));
}

function sayBytes(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
