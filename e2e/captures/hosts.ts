import type { HostSettings } from '../registry/registry.ts';

/** The hosts of the captures; addresses are those that RFC 5737 keeps for examples, so they may stand in vectors. */
export interface CaptureHost extends Partial<HostSettings> {
	address: string;
	/** What its certificate is like, where it is not a good one; `none`: it speaks plain HTTP on the port for TLS. */
	certificate?: 'expired' | 'none' | 'unknown authority';
}

export const addresses = {
	answers: '203.0.113.10',
	speaksPlainHttp: '203.0.113.11',
	refuses: '203.0.113.12',
	staysSilent: '203.0.113.13',
	/** The resolver of every Azure virtual network. */
	nameServer: '168.63.129.16',
	metadata: '169.254.169.254',
	node: '10.224.0.4',
} as const;

const { answers } = addresses;
const bearer = { address: answers, challenge: 'bearer' } as const;

export const hosts: Record<string, CaptureHost> = {
	'registry.example.com': bearer,
	'basic.example.com': { address: answers, challenge: 'basic' },
	'public.example.com': { ...bearer, allowsAnonymous: true },
	'registry-1.docker.io': { ...bearer, realm: 'https://auth.docker.io/token' },
	'auth.docker.io': bearer,

	'plugin.example.com': bearer,
	'failing-plugin.example.com': bearer,
	'federated.example.com': bearer,
	'granted.azurecr.io': { ...bearer, exchange: 'grants' },
	'granted2.azurecr.io': { ...bearer, exchange: 'grants' },
	'refused.azurecr.io': { ...bearer, exchange: 'refuses' },
	'refused2.azurecr.io': { ...bearer, exchange: 'refuses' },
	'uncovered.azurecr.io': { ...bearer, exchange: 'grants' },
	'open.azurecr.io': { ...bearer, exchange: 'refuses', allowsAnonymous: true },
	'weumanaged42.blob.core.windows.net': { address: answers },

	'expired.example.com': { ...bearer, certificate: 'expired' },
	'unknown-authority.example.com': { ...bearer, certificate: 'unknown authority' },
	'registry.privatelink.azurecr.io': bearer,
	'plain.example.com': { address: addresses.speaksPlainHttp, certificate: 'none' },
	'refuses.example.com': { address: addresses.refuses },
	'silent.example.com': { address: addresses.staysSilent },
	'refuses.blob.core.windows.net': { address: addresses.refuses },
	'silent.blob.core.windows.net': { address: addresses.staysSilent },
};
