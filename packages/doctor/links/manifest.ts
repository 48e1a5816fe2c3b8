import type { Link } from '@lanyard/core';
import type { ImageFact } from '../facts.ts';
import type { Look } from '../look.ts';
import type { Symptom } from '../words/symptom.ts';
import { type Cause, inKubernetes, inRegistry, link } from './link.ts';

/** Whether the tag or digest exists, with something for the node's platform. */
export function checkManifest(look: Look, symptom: Symptom | undefined): Link {
	const manifest = look.imageFact?.manifest;
	if (symptom?.shownAt === 'manifest') return link('manifest', 'problem', inKubernetes(symptom.says));
	if (manifest?.known !== true) {
		const why = manifest === undefined ? 'not asked from here' : manifest.why;
		return link('manifest', look.health === 'pulled' ? 'ok' : 'could-not-check', inRegistry(why));
	}
	if (!manifest.value.found) {
		const verdict = look.health === 'pulled' ? 'warning' : 'problem';
		return link('manifest', verdict, inRegistry(`as you: no such ${manifest.value.missing}`));
	}
	const { digest, platforms } = manifest.value;
	return link('manifest', 'ok', inRegistry([digest, ...platforms].join(' ')));
}

/** What the caller sees to be missing in the registry: so does every identity. */
export function manifestCauses(look: Look): Cause[] {
	const { imageFact, reference } = look;
	if (imageFact?.manifest?.known !== true || reference === undefined) return [];
	const { value } = imageFact.manifest;
	if (value.found) return platformCauses(look, value.platforms);
	const { repository, host, tag, digest } = reference;
	const isTag = value.missing === 'tag';
	const what = isTag ? `no ${digest ?? `tag "${tag}"`} in ${repository}` : `no repository "${repository}" in ${host}`;
	return [
		{
			code: isTag ? 'image-tag-not-found' : 'repository-not-found-or-typo',
			confidence: 'certain',
			sentence: `there is ${what}${didYouMean(imageFact)}`,
			evidence: [inRegistry(`as you: ${what}`)],
			...nearFix(imageFact, isTag ? 'tag' : 'repository'),
		},
	];
}

function didYouMean({ near }: ImageFact): string {
	return near.length === 0
		? ''
		: `; there ${near.length === 1 ? 'is' : 'are'} ${near.map((name) => `"${name}"`).join(', ')}`;
}

function nearFix({ near }: ImageFact, what: string): Pick<Cause, 'fix'> {
	const [nearest] = near;
	return nearest === undefined ? {} : { fix: { sentence: `Name ${what} "${nearest}", or push the missing one.` } };
}

function platformCauses({ facts, failing }: Look, platforms: string[]): Cause[] {
	if (platforms.length === 0) return [];
	const unserved = failing.flatMap(({ node }) => {
		const reading = node === undefined ? undefined : facts.nodes[node];
		if (reading?.known !== true || reading.value === null) return [];
		const platform = `${reading.value.os}/${reading.value.architecture}`;
		return platforms.includes(platform) ? [] : [platform];
	});
	const [first] = unserved;
	if (first === undefined) return [];
	return [
		{
			code: 'wrong-architecture',
			confidence: 'certain',
			sentence: `the image is for ${platforms.join(', ')}, and the node is ${first}`,
			evidence: [inRegistry(`platforms: ${platforms.join(', ')}`), inKubernetes(`the node is ${first}`)],
		},
	];
}
