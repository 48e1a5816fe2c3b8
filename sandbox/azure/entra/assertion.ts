/**
 * A client assertion is a token of somebody else's that an application trusts (federated identity credentials):
 * - issuer, subject and audience must equal those of one credential, to the letter;
 * - the signature must verify with a key that the issuer publishes, found through its OpenID configuration;
 * - keys are fetched from hosts of this world only, at each use: nothing leaves it, and a key that is gone counts no more.
 */
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { State } from '../state.ts';
import type { FederatedCredential } from './credentials.ts';
import { entraRefusals } from './refusal.data.ts';
import type { EntraRefusal } from './refusal.ts';

/** Why an application may not sign in with this token; nothing if it may. */
export async function checkAssertion(state: State, clientId: string, jwt: string): Promise<EntraRefusal | undefined> {
	const claims = claimsIn(jwt);
	if (!claims) return entraRefusals.malformedAssertion();
	// A token that an application signs about itself goes with a certificate, and no application here has one.
	if (claims.issuer === clientId) return entraRefusals.certificateNotRegistered(clientId);
	const mismatch = findMismatch(state.directory.federated(clientId), claims);
	if (mismatch) return mismatch;
	const keys = await publishedKeys(state, claims.issuer);
	return keys ? verify(jwt, keys, state.clock.now()) : entraRefusals.issuerNotReached(claims.issuer);
}

interface Claims {
	issuer: string;
	subject: string;
	audiences: string[];
}

function claimsIn(jwt: string): Claims | undefined {
	const payload = decode(jwt);
	if (!payload) return undefined;
	const { iss: issuer, sub: subject, aud } = payload;
	const audiences = typeof aud === 'string' ? [aud] : (aud ?? []);
	return typeof issuer === 'string' && typeof subject === 'string' && Array.isArray(audiences)
		? { issuer, subject, audiences }
		: undefined;
}

function decode(jwt: string): JWTPayload | undefined {
	try {
		return decodeJwt(jwt);
	} catch (error) {
		if (error instanceof errors.JOSEError) return undefined;
		throw error;
	}
}

function findMismatch(known: FederatedCredential[], { issuer, subject, audiences }: Claims): EntraRefusal | undefined {
	if (known.length === 0) return entraRefusals.noFederatedCredential(issuer, subject, audiences.join(','));
	const byIssuer = known.filter((one) => one.issuer === issuer);
	if (byIssuer.length === 0) return entraRefusals.noFederatedIssuer(issuer);
	const bySubject = byIssuer.filter((one) => one.subject === subject);
	if (bySubject.length === 0) return entraRefusals.noFederatedSubject(subject);
	const isFor = (one: FederatedCredential) => one.audiences.some((audience) => audiences.includes(audience));
	return bySubject.some(isFor) ? undefined : entraRefusals.noFederatedAudience(audiences.join(','));
}

type Keys = JSONWebKeySet['keys'];

/** The issuer's keys, or nothing where nobody in this world answers with any. */
async function publishedKeys(state: State, issuer: string): Promise<Keys | undefined> {
	const configuration = await getJson(state, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
	const address = configuration['jwks_uri'];
	const { keys } = typeof address === 'string' ? await getJson(state, address) : {};
	return Array.isArray(keys) ? keys : undefined;
}

async function getJson(state: State, url: string): Promise<Record<string, unknown>> {
	const handler = URL.canParse(url) && new URL(url).protocol === 'https:' && state.handlerFor?.(new URL(url).hostname);
	if (!handler) return {};
	const machine = { name: 'Entra ID', address: '20.190.0.1', identities: [] };
	const answer = await handler(new Request(url), { machine, isFrom: () => {}, decided: () => {} });
	return answer.ok ? parseRecord(await answer.text()) : {};
}

function parseRecord(text: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? { ...value } : {};
	} catch (error) {
		if (error instanceof SyntaxError) return {};
		throw error;
	}
}

async function verify(jwt: string, keys: Keys, now: Date): Promise<EntraRefusal | undefined> {
	try {
		await jwtVerify(jwt, createLocalJWKSet({ keys }), {
			algorithms: ['RS256'],
			currentDate: now,
			requiredClaims: ['exp'],
		});
		return undefined;
	} catch (error) {
		if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error;
		const { nbf, exp } = decode(jwt) ?? {};
		const isOutOfTime =
			error instanceof errors.JWTExpired || (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf');
		if (!isOutOfTime) return entraRefusals.badAssertionSignature();
		return entraRefusals.assertionOutOfTime(now.toISOString(), momentOf(nbf), momentOf(exp));
	}
}

function momentOf(seconds: number | undefined): string {
	const ms = Number(seconds) * 1000;
	return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : 'not given';
}
