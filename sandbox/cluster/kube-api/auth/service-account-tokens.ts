/* Tokens of service accounts (pkg/serviceaccount/jwt.go, claims.go): signed by the cluster's own key, bound to what they were made for. */
import {
	createHash,
	createPrivateKey,
	createPublicKey,
	generateKeyPair,
	type KeyObject,
	randomUUID,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Store, WorldClock } from '@lanyard/sandbox-ground';
import { decodeJwt, exportJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { textAt } from '../../json.ts';
import { findResource, storagePrefix } from '../resource.ts';
import type { Storage } from '../storage.ts';
import type { User } from './attributes.ts';

export interface TokenIssuer {
	/** The `iss` of tokens, and the audience that the API server itself takes. */
	issuer: string;
	clock: WorldClock;
	/** Where the key is kept. */
	store: Store;
	storage: Storage;
}

export interface TokenWish {
	namespace: string;
	serviceAccount: { name: string; uid: string };
	audiences: string[];
	seconds: number;
	boundTo?: { kind: string; name: string; uid: string };
}

/** A token that was checked: whose it is, and whom it is for. */
export interface CheckedToken {
	user: User;
	audiences: string[];
}

interface Keys {
	privateKey: KeyObject;
	publicKey: KeyObject;
	id: string;
}

/** Issues and checks the tokens of one cluster's service accounts. */
export class ServiceAccountTokens {
	readonly #options: TokenIssuer;
	#keys: Promise<Keys> | undefined;

	constructor(options: TokenIssuer) {
		this.#options = options;
	}

	get issuer(): string {
		return this.#options.issuer;
	}

	/** A new token and the moment at which it ends. */
	async issue({
		namespace,
		serviceAccount,
		audiences,
		seconds,
		boundTo,
	}: TokenWish): Promise<{ token: string; endsAt: Date }> {
		const { privateKey, id } = await this.#loadKeys();
		const now = this.#options.clock.now();
		const endsAt = this.#options.clock.after(seconds * 1000, now);
		const bound = boundTo ? { [boundTo.kind.toLowerCase()]: { name: boundTo.name, uid: boundTo.uid } } : {};
		const token = await new SignJWT({ 'kubernetes.io': { namespace, ...bound, serviceaccount: serviceAccount } })
			.setProtectedHeader({ alg: 'RS256', kid: id })
			.setAudience(audiences.length > 0 ? audiences : [this.issuer])
			.setIssuer(this.issuer)
			.setSubject(`system:serviceaccount:${namespace}:${serviceAccount.name}`)
			.setJti(randomUUID())
			.setIssuedAt(now)
			.setNotBefore(now)
			.setExpirationTime(endsAt)
			.sign(privateKey);
		return { token, endsAt };
	}

	/** Whose token it is; undefined when it is none of ours, has ended, or what it was made for is gone. */
	async check(token: string, audiences: string[] = [this.issuer]): Promise<CheckedToken | undefined> {
		if (!isOurs(token, this.issuer)) return undefined;
		try {
			const { publicKey } = await this.#loadKeys();
			const { payload } = await jwtVerify(token, publicKey, {
				issuer: this.issuer,
				algorithms: ['RS256'],
				currentDate: this.#options.clock.now(),
			});
			const has = [payload.aud ?? []].flat().filter((audience) => audiences.includes(audience));
			const user = has.length > 0 ? this.#userOf(payload) : undefined;
			return user && { user, audiences: has };
		} catch {
			// Whatever is wrong with it, it is not a token that counts.
			return undefined;
		}
	}

	#userOf(payload: unknown): User | undefined {
		const claims = (...path: string[]) => textAt(payload, 'kubernetes.io', ...path);
		const [namespace, name, uid] = [
			claims('namespace'),
			claims('serviceaccount', 'name'),
			claims('serviceaccount', 'uid'),
		];
		if (!this.#isThere('serviceaccounts', namespace, { name, uid })) return undefined;
		const pod = { name: claims('pod', 'name'), uid: claims('pod', 'uid') };
		if (pod.name !== '' && !this.#isThere('pods', namespace, pod)) return undefined;
		const extra = {
			'authentication.kubernetes.io/credential-id': [`JTI=${textAt(payload, 'jti')}`],
			...(pod.name !== '' && {
				'authentication.kubernetes.io/pod-name': [pod.name],
				'authentication.kubernetes.io/pod-uid': [pod.uid],
			}),
		};
		return { ...serviceAccountUser(namespace, name), uid, extra };
	}

	#isThere(plural: string, namespace: string, { name, uid }: { name: string; uid: string }): boolean {
		const found = this.#options.storage.get(storagePrefix(findResource('', plural), namespace) + name);
		return found !== undefined && found.metadata.uid === uid;
	}

	/** The keys with which others check tokens: `/openid/v1/jwks`. */
	async keys(): Promise<{ keys: JWK[] }> {
		const { publicKey, id } = await this.#loadKeys();
		const key = await exportJWK(publicKey);
		return { keys: [{ use: 'sig', kid: id, alg: 'RS256', ...key }] };
	}

	// Made when it is first needed: a key costs more than all the rest of a cluster's start.
	#loadKeys(): Promise<Keys> {
		this.#keys ??= keptKey(this.#options.store).then((pem) => {
			const privateKey = createPrivateKey(pem);
			const publicKey = createPublicKey(privateKey);
			const der = publicKey.export({ type: 'spki', format: 'der' });
			return { privateKey, publicKey, id: createHash('sha256').update(der).digest('base64url') };
		});
		return this.#keys;
	}
}

/** A service account as a user: the groups that it is always in. */
export function serviceAccountUser(namespace: string, name: string): User {
	const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
	return { name: `system:serviceaccount:${namespace}:${name}`, groups };
}

function isOurs(token: string, issuer: string): boolean {
	try {
		return decodeJwt(token).iss === issuer;
	} catch {
		// No JWT at all.
		return false;
	}
}

async function keptKey(store: Store): Promise<string> {
	const keys = store.table<string>('kubernetes-keys');
	const known = keys.get('service-accounts');
	if (known !== undefined) return known;
	const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
	const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
	keys.set('service-accounts', pem);
	return pem;
}
