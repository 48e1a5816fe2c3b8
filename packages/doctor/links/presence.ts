import type { Link } from '@lanyard/core';
import type { Look } from '../look.ts';
import { inKubernetes, link } from './link.ts';

/** Whether the node must pull at all, and whether the kubelet lets it. */
export function checkPresence(look: Look): Link {
	const policies = look.pods.flatMap(({ containers }) =>
		containers.filter(({ image }) => image === look.image).map(({ pullPolicy }) => pullPolicy),
	);
	const policy = [...new Set(policies)].join(', ');
	if (look.symptom?.shownAt === 'presence')
		return link('presence', 'problem', inKubernetes(`${policy}: ${look.symptom.says}`));
	const where = look.health === 'pulled' ? 'on the node' : 'not on the node yet';
	return link('presence', 'ok', inKubernetes(`${policy}, ${where}`));
}
