import { Secret } from '../secret.ts';
import { decodeGoBase64 } from './go-base64.ts';

/** What a registry asks for: a user name and a password or token. */
export interface RegistryCredential {
	username: string;
	password: Secret;
}

/**
 * What a kubelet gets out of a secret. `skipped`: nothing, and it says nothing. `malformed`: it fails the look-up for the whole
 * pod, other secrets included. Both hold the reason, never a value.
 */
export type PullSecretReading =
	| { entries: { key: string; credential: RegistryCredential }[] }
	| { skipped: string }
	| { malformed: string };

/** The fields of a Kubernetes Secret that matter here; `data` holds base64, as the API gives it. */
export interface PullSecretObject {
	type?: string | undefined;
	data?: Readonly<Record<string, string>> | undefined;
}

const dataKeys = new Map([
	['kubernetes.io/dockerconfigjson', '.dockerconfigjson'],
	['kubernetes.io/dockercfg', '.dockercfg'],
]);

/** Reads a pull secret as a kubelet does: pkg/credentialprovider/secrets/secrets.go and config.go, Kubernetes 1.35. */
export function decodePullSecret({ type = 'Opaque', data = {} }: PullSecretObject): PullSecretReading {
	const dataKey = dataKeys.get(type);
	if (dataKey === undefined) return { skipped: `type ${type} is not one that holds pull credentials` };
	const encoded = Object.hasOwn(data, dataKey) ? data[dataKey] : undefined;
	if (encoded === undefined || encoded === '') return { skipped: `there is nothing under the data key ${dataKey}` };
	try {
		const config = parseJson(decode(encoded, true));
		const isLegacy = dataKey === '.dockercfg';
		const auths = isLegacy ? config : field(config, 'auths', wholeConfig);
		const place = isLegacy ? legacyPlaces : places;
		const entries = Object.entries(objectOf(auths, place.auths)).map(([key, entry]) => readEntry(key, entry, place));
		if (!isLegacy) checkHeaders(field(config, 'httpheaders', wholeConfig));
		return { entries };
	} catch (error) {
		if (error instanceof Malformed) return { malformed: error.message };
		throw error;
	}
}

class Malformed extends Error {}

// What encoding/json calls the places of a wrong value: `cannot unmarshal KIND into PLACE`.
const wholeConfig = 'Go value of type credentialprovider.DockerConfigJSON';
const inJson = 'Go struct field DockerConfigJSON';
const places = {
	auths: `${inJson}.auths of type credentialprovider.DockerConfig`,
	entry: `${inJson}.auths of type credentialprovider.dockerConfigEntryWithAuth`,
	field: (name: string) => `${inJson}.auths.${name} of type string`,
};
const legacyPlaces: typeof places = {
	auths: 'Go value of type credentialprovider.DockerConfig',
	entry: 'Go value of type credentialprovider.dockerConfigEntryWithAuth',
	field: (name) => `Go struct field dockerConfigEntryWithAuth.${name} of type string`,
};

// A kubelet does nothing with them, but their type is part of what it parses.
function checkHeaders(headers: unknown): void {
	const values: unknown[] = Object.values(objectOf(headers, `${inJson}.HttpHeaders of type map[string]string`));
	const wrong = values.find((value) => typeof value !== 'string' && value !== null);
	if (wrong !== undefined) throw wrongKind(wrong, `${inJson}.HttpHeaders of type string`);
}

// json.Unmarshal leaves a field alone where it finds null, and refuses any other wrong type.
function readEntry(key: string, entry: unknown, place: typeof places): { key: string; credential: RegistryCredential } {
	const read = (name: string) => stringField(entry, name, place);
	const [auth, username, password] = [read('auth'), read('username'), read('password')];
	read('email');
	return { key, credential: auth === '' ? { username, password: new Secret(password) } : readAuth(auth) };
}

// config.go decodeDockerConfigFieldAuth: padded or not is decided by the last character.
function readAuth(auth: string): RegistryCredential {
	const pair = decode(auth, auth.trim().endsWith('='));
	const colon = pair.indexOf(':');
	if (colon === -1) throw new Malformed('unable to parse auth field, must be formatted as base64(username:password)');
	return { username: pair.slice(0, colon), password: new Secret(pair.slice(colon + 1)) };
}

function decode(text: string, padded: boolean): string {
	const reading = decodeGoBase64(text, padded);
	if ('fault' in reading) throw new Malformed(reading.fault);
	// Go refuses a byte order mark in JSON, so it must still be there.
	return new TextDecoder('utf-8', { ignoreBOM: true }).decode(reading.bytes);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		// The parser's own words quote the text, which is a secret.
		throw new Malformed(endsEarly(text, error) ? 'unexpected end of JSON input' : 'the content is not JSON');
	}
}

function endsEarly(text: string, error: unknown): boolean {
	const words = error instanceof Error ? error.message : '';
	const at = /at position (?<at>\d+)/.exec(words)?.groups?.['at'];
	return words.startsWith('Unexpected end') || words.startsWith('Unterminated') || Number(at) === text.length;
}

function objectOf(value: unknown, place: string): object {
	if (value === undefined || value === null) return {};
	if (typeof value !== 'object' || Array.isArray(value)) throw wrongKind(value, place);
	return value;
}

// encoding/json matches field names without regard to case, and the last one counts.
function field(value: unknown, name: string, place: string): unknown {
	const fields = Object.entries(objectOf(value, place));
	return fields.findLast(([key, content]) => key.toLowerCase() === name && content !== null)?.[1];
}

function stringField(entry: unknown, name: string, place: typeof places): string {
	const value = field(entry, name, place.entry) ?? '';
	if (typeof value !== 'string') throw wrongKind(value, place.field(name));
	return value;
}

/** encoding/json's UnmarshalTypeError: it names the kind of the value, never the value. */
function wrongKind(value: unknown, place: string): Malformed {
	const kinds: Record<string, string> = { string: 'string', number: 'number', boolean: 'bool' };
	const kind = kinds[typeof value] ?? (Array.isArray(value) ? 'array' : 'object');
	return new Malformed(`json: cannot unmarshal ${kind} into ${place}`);
}
