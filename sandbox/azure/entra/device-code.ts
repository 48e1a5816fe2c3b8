import { randomBytes, randomInt } from 'node:crypto';
import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import type { Asked, Granted } from './asked.ts';
import { refusePrivateClient } from './public-client.ts';
import { entraRefusals } from './refusal.data.ts';
import { refusalResponse } from './refusal.ts';

/** 15 minutes, asked every 5 seconds (RFC 8628 section 3.2; Microsoft identity platform, "Device authorization grant"). */
const lifetimeMs = 15 * 60_000;
const intervalSeconds = 5;

/** Where a code is entered; microsoft.com/devicelogin leads there. */
const devicePage = 'https://login.microsoftonline.com/common/oauth2/deviceauth';

/** No vowels and nothing that reads like something else: no words, no confusion. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ23456789';

/** Starts a sign-in for somebody who has a browser elsewhere. */
export function startDeviceCode(state: State, asked: Asked & { name: string; isV1: boolean }): Response {
	const { tenant, field, name, isV1 } = asked;
	const { clock, directory } = state;
	const refusal = refusePrivateClient(state, { tenant, field });
	if (refusal) return refusalResponse(refusal, clock.now());
	const scope = field('scope') || (isV1 && field('resource') ? `${field('resource')}/.default` : '');
	if (scope === '') return refusalResponse(entraRefusals.missingParameter('scope'), clock.now());
	const userCode = Array.from({ length: 9 }, () => letters.charAt(randomInt(letters.length))).join('');
	const deviceCode = `D${randomBytes(96).toString('base64url')}`;
	const endsAt = clock.after(lifetimeMs).toISOString();
	const waiting = { userCode, clientId: field('client_id'), tenant: tenant?.id ?? name, scope, endsAt };
	directory.forgetEndedCodes(clock.now());
	directory.keepDeviceCode(fingerprintOf(deviceCode), waiting);
	return Response.json(answerOf({ userCode, deviceCode, isV1, lastsSeconds: clock.lasting(lifetimeMs) / 1000 }));
}

function answerOf({
	userCode,
	deviceCode,
	isV1,
	lastsSeconds,
}: {
	userCode: string;
	deviceCode: string;
	isV1: boolean;
	lastsSeconds: number;
}) {
	const message = `To sign in, use a web browser to open the page ${devicePage} and enter the code ${userCode} to authenticate.`;
	const common = { user_code: userCode, device_code: deviceCode, message };
	const seconds = Math.ceil(lastsSeconds);
	// The older endpoint has another word for the address, and texts for numbers.
	return isV1
		? { ...common, verification_url: devicePage, expires_in: String(seconds), interval: String(intervalSeconds) }
		: { ...common, verification_uri: devicePage, expires_in: seconds, interval: intervalSeconds };
}

/** Who signed in for a device: good once. */
export function grantOfDevice({ directory, clock }: State, { tenant, field }: Asked): Granted {
	// The older endpoint calls it `code`; az sends both.
	const fingerprint = fingerprintOf(field('device_code') || field('code'));
	const waiting = directory.deviceCode(fingerprint);
	if (!waiting || waiting.clientId !== field('client_id')) return { refusal: entraRefusals.badDeviceCode() };
	if (new Date(waiting.endsAt) <= clock.now()) return { refusal: entraRefusals.expiredDeviceCode() };
	const { answer, clientId, scope } = waiting;
	if (answer === undefined) return { refusal: entraRefusals.authorizationPending() };
	directory.dropDeviceCode(fingerprint);
	if (answer === 'declined') return { refusal: entraRefusals.authorizationDeclined() };
	const user = directory.principal(answer.approvedBy);
	if (user?.kind !== 'User') return { refusal: entraRefusals.badDeviceCode() };
	if (tenant && user.tenantId !== tenant.id) return { refusal: entraRefusals.unknownUser(user.name, tenant.domain) };
	return { principal: user, clientId, scope };
}
