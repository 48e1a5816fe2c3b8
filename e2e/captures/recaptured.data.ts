/**
 * The third of all cases that every run of the suite observes anew: at least one of each kind, none that has to wait for a
 * silent host or a later attempt. All of them: `npm run capture -- --check`.
 */
export const recaptured: readonly string[] = [
	'good-secret',
	'no-credentials',
	'wrong-host-key',
	'auths-not-an-object',
	'wrong-type',
	'expired-token',
	'second-key-helps',
	'service-account-secret',
	'service-account-secret-hidden',
	'missing-secret',

	'plugin-good',
	'plugin-fails',
	'plugin-good-secret-wrong',
	'plugin-with-service-account-token',
	'aks-granted',
	'aks-refused',
	'never-absent',
	'if-present-without-credentials',
	'name-in-capitals',

	'tag-absent',
	'platform-absent',
	'manifest-401',
	'manifest-429',
	'token-401',
	'insufficient-scope',
	'storage-refuses',
	'host-unknown-authority',
	'host-plain',
	'host-nosuch',
];
