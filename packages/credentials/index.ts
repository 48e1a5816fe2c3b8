export { adminPassword, type AdminPasswordOptions } from './admin-password.ts';
export { applicationPassword, type ApplicationPasswordOptions } from './application-password.ts';
export type { Credential, CredentialSource } from './credential.ts';
export { shortLivedToken, tokenUser } from './short-lived-token.ts';
export { tokenPassword, type TokenPasswordOptions } from './token-password.ts';
