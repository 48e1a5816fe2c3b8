import type { Store } from '@lanyard/sandbox-ground';

/** What a user's refresh token stands for; kept under the token's fingerprint. */
export interface SignedIn {
	objectId: string;
	clientId: string;
	/** RFC 3339. */
	endsAt: string;
}

/** A device that waits for somebody to sign in; kept under the device code's fingerprint. */
export interface DeviceCode {
	userCode: string;
	clientId: string;
	/** `organizations`, `common`, or the id of a tenant. */
	tenant: string;
	scope: string;
	/** RFC 3339. */
	endsAt: string;
	/** What became of it; absent while nobody has answered. */
	answer?: { approvedBy: string } | 'declined';
}

/** What a code of a browser sign-in stands for; kept under the code's fingerprint. */
export interface AuthorizationCode extends SignedIn {
	redirectUri: string;
	/** The SHA-256 of what the client has to show (RFC 7636). */
	challenge: string;
	nonce: string;
	scope: string;
}

/** Sign-ins of users: those that go on, and those that wait. */
export interface SignIns {
	keepSignIn(tokenFingerprint: string, signedIn: SignedIn): void;
	signIn(tokenFingerprint: string): SignedIn | undefined;
	keepDeviceCode(fingerprint: string, code: DeviceCode): void;
	deviceCode(fingerprint: string): DeviceCode | undefined;
	/** The one with this user code that has not ended, and its fingerprint. */
	deviceCodeOf(userCode: string, now: Date): [fingerprint: string, code: DeviceCode] | undefined;
	/** Takes a device code out: it is good for one sign-in. */
	dropDeviceCode(fingerprint: string): void;
	keepCode(fingerprint: string, code: AuthorizationCode): void;
	/** Takes a code out: it is good for one try. */
	takeCode(fingerprint: string): AuthorizationCode | undefined;
}

/** The sign-ins that a store holds. */
export function openSignIns(store: Store): SignIns {
	const signIns = store.table<SignedIn>('entra/sign-ins');
	const codes = store.table<DeviceCode>('entra/device-codes');
	const browserCodes = store.table<AuthorizationCode>('entra/authorization-codes');
	return {
		keepSignIn: (fingerprint, signedIn) => signIns.set(fingerprint, signedIn),
		signIn: (fingerprint) => signIns.get(fingerprint),
		keepDeviceCode: (fingerprint, code) => codes.set(fingerprint, code),
		deviceCode: (fingerprint) => codes.get(fingerprint),
		deviceCodeOf: (userCode, now) =>
			codes
				.entries()
				.find(([, code]) => code.userCode === userCode.trim().toUpperCase() && new Date(code.endsAt) > now),
		dropDeviceCode: (fingerprint) => void codes.delete(fingerprint),
		keepCode: (fingerprint, code) => browserCodes.set(fingerprint, code),
		takeCode(fingerprint) {
			const code = browserCodes.get(fingerprint);
			browserCodes.delete(fingerprint);
			return code;
		},
	};
}
