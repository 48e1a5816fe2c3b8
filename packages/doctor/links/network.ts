import { type Link, links } from '@lanyard/core';
import type { Look } from '../look.ts';
import { inKubernetes, link } from './link.ts';

/** Whether the node reached the registry: route, proxy, TLS, and the registry's own firewall. */
export function checkNetwork(look: Look): Link {
	const { symptom, health } = look;
	if (health === 'pulled') return link('network', 'ok', inKubernetes('the image was pulled'));
	if (symptom === undefined)
		return link('network', 'could-not-check', inKubernetes('no answer of a registry was seen yet'));
	if (symptom.shownAt === 'network' || symptom.code === 'registry-firewall-denied')
		return link('network', 'problem', inKubernetes(symptom.says));
	if (links.indexOf(symptom.shownAt) < links.indexOf('network')) return link('network', 'skipped');
	return link('network', 'ok', inKubernetes('the registry answered the node'));
}
