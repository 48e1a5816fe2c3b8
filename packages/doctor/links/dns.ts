import { type Link, links } from '@lanyard/core';
import type { Look } from '../look.ts';
import { inKubernetes, link } from './link.ts';

/** Whether the node resolved the registry's host. */
export function checkDns(look: Look): Link {
	const host = look.reference?.host ?? '';
	if (look.symptom?.shownAt === 'dns') return link('dns', 'problem', inKubernetes(`${host}: ${look.symptom.says}`));
	if (look.health === 'pulled') return link('dns', 'ok', inKubernetes(`${host}: the image was pulled from there`));
	if (look.symptom === undefined)
		return link('dns', 'could-not-check', inKubernetes('no answer of a registry was seen yet'));
	// Nobody asked for the host where the kubelet stopped before.
	if (links.indexOf(look.symptom.shownAt) < links.indexOf('dns')) return link('dns', 'skipped');
	return link('dns', 'ok', inKubernetes(`${host} was reached`));
}
