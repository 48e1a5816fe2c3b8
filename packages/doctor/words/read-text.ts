import type { LinkName } from '@lanyard/core';
import {
	clusterHosts,
	dataHosts,
	helpPages,
	officialImages,
	pages,
	privateAddress,
	type RegistryKind,
	registryHosts,
	registryNames,
	wellKnown,
} from './knowledge/registry.data.ts';

/** Which program pulls, as far as its words show. */
export type Runtime = 'containerd' | 'docker' | 'cri-o' | 'unknown';

/** What kind of host a failing request went to. */
export type HostKind = 'well-known' | 'cluster' | 'bare' | 'localhost' | 'data' | 'privatelink' | 'own';

/** What one attempt's text says about itself, before any rule asks what it means. */
export interface Reading {
	/** Clean, in lower case, without the kubelet's frame. */
	text: string;
	image?: string;
	/** The host of the image. */
	host?: string;
	registry: RegistryKind;
	/** The host of the request that failed, where the text names one. */
	asked?: string;
	hostKind: HostKind;
	runtime: Runtime;
	/** Whether the refused request carried a credential, where the words tell. */
	credential: 'none' | 'some' | 'unknown';
	/** What was being done; absent when the words do not tell. */
	doing?: LinkName;
	status?: number;
	/** The connection went to an address inside a network. */
	isPrivateAddress: boolean;
	/** The image is named by digest. */
	byDigest: boolean;
	/** The image has neither host nor path: a name as `docker build -t` gives it. */
	isShortName: boolean;
	/** The image is one that Docker Hub gives to everybody. */
	isOfficial: boolean;
}

/** What is known beside the text: fields of the report, and what other texts of it said. */
export interface Known {
	registry?: string;
	runtime?: string;
	image?: string;
}

/** Reads one attempt. */
export function readText(text: string, known: Known = {}): Reading {
	const image = imageOf(text) ?? known.image;
	const asked = askedHost(text);
	const host = image === undefined ? registryOf(asked) : hostOf(image);
	return {
		text,
		...present({ image, host, asked, doing: doingOf(text, asked), status: statusOf(text) }),
		registry:
			kindOf(isWritten(image) ? host : asked, known.registry) ??
			kindOf(host ?? asked, known.registry) ??
			linkedKind(text) ??
			'unknown',
		hostKind: isElsewhere(text, asked, host) ? 'data' : hostKindOf(asked ?? host),
		runtime: runtimeOf(text, known.runtime),
		credential: credentialOf(text),
		isPrivateAddress: isPrivate(text),
		byDigest: image?.includes('@sha256:') === true || /\[?manifests sha256:/.test(text),
		isShortName: image !== undefined && /^(docker\.io\/)?(library\/)?[^/]*$/.test(image),
		isOfficial: image !== undefined && officialImages.test(image),
	};
}

type Optional = Pick<Reading, 'image' | 'host' | 'asked' | 'doing' | 'status'>;

function present(values: { [Key in keyof Optional]: Optional[Key] | undefined }): Optional {
	const { image, host, asked, doing, status } = values;
	return {
		...(image === undefined ? {} : { image }),
		...(host === undefined ? {} : { host }),
		...(asked === undefined ? {} : { asked }),
		...(doing === undefined ? {} : { doing }),
		...(status === undefined ? {} : { status }),
	};
}

// A host that is known says more than what a person calls the registry; one of somebody's own says less.
function kindOf(host: string | undefined, name: string | undefined): RegistryKind | undefined {
	const byHost = kindOfHost(host);
	return byHost === undefined || byHost === 'other' ? (namedKind(name) ?? byHost) : byHost;
}

// Where people leave the host out, or write "xxx" for it, the name alone does not make it Docker Hub's.
function isWritten(image: string | undefined): boolean {
	return image !== undefined && hostOf(image) !== 'docker.io';
}

// Where programs name the image: kubelet and containerd in quotes, docker behind words, containers/image behind docker://. The
// words that stand near are looked for first: a pattern is not even made where they are missing.
const images: [near: string, seen: RegExp][] = [
	[
		'"',
		/(?:pull(?:ing)?(?: and unpack)? image|resolve reference|pulled image|container image|inspect image|default image tag|image:?) "([^"\s]{1,300})"/,
	],
	['docker://', /docker:\/\/([a-z0-9][^\s"',)]{1,300})/],
	['pull access denied for', /pull access denied for "?([a-z0-9][^\s"',]{0,300})/],
	['manifest for', /manifest for "?([a-z0-9][^\s"',]{0,300}) not found/],
	['reading manifest', /reading manifest \S{1,200} in ([a-z0-9][^\s"':,]{1,300})/],
	['docker pull', /docker pull ([a-z0-9][^\s"',]{1,300})/],
	[
		'/',
		/(?:^|[\s"'(])((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,20}(?::\d{2,5})?\/[a-z0-9][a-z0-9._/-]{0,200}:[\w.-]{1,128})(?=[\s"',;:)]|$)/,
	],
];

/** The image that a text names, if it does. */
export function imageOf(text: string): string | undefined {
	for (const [near, seen] of images) {
		const image = text.includes(near) ? seen.exec(text)?.[1] : undefined;
		if (image !== undefined) return image.replace(/[.:]$/, '');
	}
	return undefined;
}

/** The host part of an image name; Docker Hub where there is none. */
function hostOf(image: string): string {
	const [first = ''] = image.replace(/^(https?|docker):\/\//, '').split('/');
	const isHost = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
	return isHost ? first : 'docker.io';
}

const urls = /https?:\/\/([a-z0-9][a-z0-9.-]{0,252}(?::\d{1,5})?)(?=[/"'\s:?]|$)/g;

/** The last host that a request was made to, or that was looked up. */
function askedHost(text: string): string | undefined {
	const lookup = /lookup ([a-z0-9][a-z0-9.-]{0,252})(?= on |:| )/.exec(text)?.[1];
	if (lookup !== undefined) return lookup.replace(/\.$/, '');
	const found = Array.from(text.matchAll(urls), ([, host = '']) => host).filter((host) => !pages.test(host));
	return found.at(-1) ?? /pulling from host ([a-z0-9][a-z0-9.:-]{0,252})/.exec(text)?.[1];
}

// Whose page an answer points to tells whose answer it is, where nothing else does.
function linkedKind(text: string): RegistryKind | undefined {
	return helpPages.find(([, link]) => text.includes(link))?.[0];
}

// A token service or a storage host is not the registry.
function registryOf(asked: string | undefined): string | undefined {
	return asked !== undefined && kindOfHost(asked) !== 'other' ? asked : undefined;
}

function kindOfHost(host: string | undefined): RegistryKind | undefined {
	if (host === undefined) return undefined;
	const name = host.replace(/:\d+$/, '');
	return registryHosts.find(([, seen]) => seen.test(name))?.[0] ?? 'other';
}

function namedKind(name: string | undefined): RegistryKind | undefined {
	if (name === undefined) return undefined;
	const said = name.toLowerCase().replaceAll('_', ' ');
	return registryNames.find(([, seen]) => seen.test(said))?.[0];
}

function hostKindOf(host: string | undefined): HostKind {
	if (host === undefined) return 'own';
	const name = host.replace(/:\d+$/, '');
	if (name.includes('privatelink')) return 'privatelink';
	if (dataHosts.test(name)) return 'data';
	if (wellKnown.test(name)) return 'well-known';
	if (/^localhost$|^127\.|^host\.docker\.internal$|^kind-registry$/.test(name)) return 'localhost';
	if (clusterHosts.test(name)) return 'cluster';
	return /\./.test(name) ? 'own' : 'bare';
}

// While layers are fetched, a host of another domain than the image's is one that the registry sent the node to.
function isElsewhere(text: string, asked: string | undefined, host: string | undefined): boolean {
	if (asked === undefined || host === undefined || doingOf(text, asked) !== 'layers') return false;
	if (/auth|token|login|localhost|127\.0/.test(asked)) return false;
	const domainOf = (name: string) => name.replace(/:\d+$/, '').split('.').slice(-2).join('.');
	return domainOf(asked) !== domainOf(host);
}

function isPrivate(text: string): boolean {
	const address = /(?:dial tcp|connect to|->) ?\[?([0-9a-f.:]{3,40}?)\]?:\d{1,5}\b/.exec(text)?.[1];
	return address !== undefined && privateAddress.test(address);
}

// Words that only one of them writes: containerd's pull.go and resolver.go, moby's errors.go, containers/image's copy.go.
function runtimeOf(text: string, known: string | undefined): Runtime {
	if (/failed to pull and unpack|httpreadseeker|failed to resolve (reference|image)/.test(text)) return 'containerd';
	if (/response from daemon|may require 'docker login'|api error \(\d{3}\)|registry-1\.docker\.io\/v2\/: /.test(text))
		return 'docker';
	if (/initializing source|pinging (container|docker) registry|reading manifest|copying system image/.test(text))
		return 'cri-o';
	const said = known?.toLowerCase() ?? '';
	if (said.includes('containerd')) return 'containerd';
	if (said.includes('docker')) return 'docker';
	return /cri-?o\b|podman|openshift/.test(said) ? 'cri-o' : 'unknown';
}

// containerd says which kind of token it asked for (core/remotes/docker/authorizer.go).
function credentialOf(text: string): Reading['credential'] {
	if (/fetch oauth token/.test(text)) return 'some';
	return /anonymous token|no basic auth credentials|asked without credentials/.test(text) ? 'none' : 'unknown';
}

// How the programs name what they were doing; the furthest that fits is the closest to the failure.
const doings: [LinkName, RegExp][] = [
	[
		'layers',
		/\/blobs\/|failed to copy|httpreadseeker|pulling image configuration|reading blob|writing blob|reading config|register layer|extract(ing)? layer|unpack image on snapshotter|parsing image configuration|copying (layer|blob|config)/,
	],
	[
		'token',
		/failed to authorize|oauth2?\/(token|exchange)|fetch (oauth|anonymous) token|jwt\/auth|\/service\/token|\/token\?|bearer token/,
	],
	['network', /dial tcp|\beof\b|handshake|connection re/],
	['manifest', /\/manifests\/|head request|\[manifests |failed to resolve|reading manifest|manifest for/],
];

function doingOf(text: string, asked: string | undefined): LinkName | undefined {
	if (asked !== undefined && dataHosts.test(asked)) return 'layers';
	if (/\/manifests\/sha256:/.test(text) && !/\/blobs\//.test(text)) return 'manifest';
	return doings.find(([, words]) => words.test(text))?.[0];
}

function statusOf(text: string): number | undefined {
	const status =
		/(?:status(?: code)?[^"\n]{0,160}?|\]|: |\()\b([45]\d\d)\b(?= |\)|$|:|,|-)/.exec(text)?.[1] ??
		/\b([45]\d\d) (?:unauth|forb|not f|too m|inter|bad g|servi|gatew|proxy|failed d|bad r)/.exec(text)?.[1];
	return status === undefined ? undefined : Number(status);
}
