import { Problem } from '../problem.ts';

/** An image reference with everything that a runtime adds to it. */
export interface ImageReference {
	/** Host and port as written; `docker.io` where none is written. */
	host: string;
	/** The path at that host: `library/nginx` for Docker Hub's `nginx`. */
	repository: string;
	/** `host/repository`: what a kubelet looks credentials up for. */
	name: string;
	/** The tag as written, or `latest` where neither tag nor digest is written. */
	tag?: string;
	digest?: string;
	/** The shortest form that people know, without defaults: `nginx`, `myregistry.azurecr.io/nginx:v1`. */
	familiar: string;
	/** `host/repository:tag@digest` with all defaults filled in. */
	canonical: string;
}

const hub = 'docker.io';
const officialPrefix = 'library/';
const longestRepository = 255;

// distribution/reference, reference.go "Grammar" and regexp.go.
const label = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = String.raw`(?:${label}(?:\.${label})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const repositoryPath = `${component}(?:/${component})*`;
const digestPart = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
// A first part with an underscore is no domain in this grammar but a path; runtimes connect to it all the same.
const grammar = new RegExp(
	String.raw`^(?<host>${domain}|${component})/(?<repository>${repositoryPath})(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>${digestPart}))?$`,
);
const bareImageId = /^[a-f0-9]{64}$/;
// opencontainers/go-digest, algorithm.go: registered algorithms and the length of their lower-case hex.
const digestLength: Record<string, number> = { sha256: 64, sha384: 96, sha512: 128 };

type Reading = { reference: ImageReference } | { fault: string };

/** Reads an image reference as container runtimes do, Docker Hub's short names included. */
export function parseImageReference(text: string): ImageReference {
	const reading = readImageReference(text);
	if ('reference' in reading) return reading.reference;
	throw new Problem('image-ref-invalid', {
		sentence: `the image reference "${text}" cannot be read`,
		wanted: 'host/repository:tag or host/repository@sha256:…',
		found: reading.fault,
	});
}

/** Why `text` is no image reference, in the words that a kubelet's event carries; undefined when it is one. */
export function imageReferenceFault(text: string): string | undefined {
	const reading = readImageReference(text);
	return 'fault' in reading ? reading.fault : undefined;
}

function readImageReference(text: string): Reading {
	if (bareImageId.test(text)) {
		return { fault: `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings` };
	}
	const [host, rest] = splitHost(text);
	const [remote = ''] = rest.split(':', 1);
	if (remote.toLowerCase() !== remote) {
		return { fault: `invalid reference format: repository name (${remote}) must be lowercase` };
	}
	const groups = grammar.exec(`${host}/${rest}`)?.groups;
	if (!groups?.['repository']) return { fault: formatFault(`${host}/${rest}`) };
	return checkParts({
		host,
		repository: groups['repository'],
		...(groups['tag'] !== undefined && { tag: groups['tag'] }),
		...(groups['digest'] !== undefined && { digest: groups['digest'] }),
	});
}

type Parts = Pick<ImageReference, 'host' | 'repository' | 'tag' | 'digest'>;

function checkParts(parts: Parts): Reading {
	if (parts.repository.length > longestRepository) {
		return { fault: `repository name must not be more than ${longestRepository} characters` };
	}
	const fault = parts.digest === undefined ? undefined : digestFault(parts.digest);
	return fault === undefined ? { reference: complete(parts) } : { fault };
}

// distribution/reference, normalize.go: what comes before the first slash is a host only if it looks like one.
function splitHost(text: string): [host: string, rest: string] {
	const [first, rest] = cutFirst(text);
	const isHost = looksLikeHost(first);
	const host = !isHost || first === `index.${hub}` ? hub : first;
	const path = isHost ? rest : text;
	return [host, host === hub && !path.includes('/') ? officialPrefix + path : path];
}

function cutFirst(text: string): [first: string, rest: string] {
	const slash = text.indexOf('/');
	return slash === -1 ? ['', text] : [text.slice(0, slash), text.slice(slash + 1)];
}

function looksLikeHost(first: string): boolean {
	return /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
}

function formatFault(text: string): string {
	const wouldDo = text !== text.toLowerCase() && grammar.test(text.toLowerCase());
	return wouldDo ? 'repository name must be lowercase' : 'invalid reference format';
}

function digestFault(digest: string): string | undefined {
	const [algorithm = '', hex = ''] = digest.split(':');
	if (algorithm.toLowerCase() !== algorithm) return 'invalid checksum digest format';
	const length = Object.hasOwn(digestLength, algorithm) ? digestLength[algorithm] : undefined;
	if (length === undefined) return 'unsupported digest algorithm';
	if (hex.length !== length) return 'invalid checksum digest length';
	return hex.toLowerCase() === hex ? undefined : 'invalid checksum digest format';
}

function complete({ host, repository, tag, digest }: Parts): ImageReference {
	const name = `${host}/${repository}`;
	const digestSuffix = digest === undefined ? '' : `@${digest}`;
	const tagInUse = tag ?? (digest === undefined ? 'latest' : undefined);
	return {
		host,
		repository,
		name,
		...(tagInUse !== undefined && { tag: tagInUse }),
		...(digest !== undefined && { digest }),
		familiar: familiarName(host, repository) + tagSuffix(tag) + digestSuffix,
		canonical: name + tagSuffix(tagInUse) + digestSuffix,
	};
}

function tagSuffix(tag: string | undefined): string {
	return tag === undefined ? '' : `:${tag}`;
}

// Unlike distribution's own, never a form that would be read as another image: `docker.io/a.b/c` keeps its host.
function familiarName(host: string, repository: string): string {
	const [first, rest] = cutFirst(repository);
	if (host !== hub || looksLikeHost(first)) return `${host}/${repository}`;
	return first === 'library' && !rest.includes('/') ? rest : repository;
}
