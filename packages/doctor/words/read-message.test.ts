import { links } from '@lanyard/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { furthest, readMessage } from './read-message.ts';
import { cleanText } from './clean.ts';
import { splitErrors } from './split-errors.ts';

const image = 'myregistry.azurecr.io/nginx:v1';
const pulling = `failed to pull and unpack image "${image}": failed to resolve image: `;
const refused = `${pulling}failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://myregistry.azurecr.io/oauth2/token: 401 Unauthorized`;
const missing = `rpc error: code = NotFound desc = ${pulling}${image}: not found`;

describe('splitErrors', () => {
	it("takes the kubelet's frame away", () => {
		expect(splitErrors(cleanText(`Failed to pull image "${image}": ${refused}`))).toEqual([cleanText(refused)]);
		const later = cleanText(`Back-off pulling image "${image}": ErrImagePull: ${refused}`);
		expect(splitErrors(later)).toEqual([cleanText(refused)]);
	});

	it('takes the errors of several credentials apart', () => {
		const both = cleanText(`Failed to pull image "${image}": [${refused}, ${missing}]`);
		expect(splitErrors(both)).toEqual([cleanText(refused), cleanText(missing)]);
	});
});

describe('readMessage', () => {
	it('tells a refused credential from none', () => {
		const [symptom] = readMessage(refused);
		expect({ ...symptom, others: symptom?.others.slice(0, 3) }).toEqual({
			shownAt: 'token',
			code: 'secret-wrong-credentials',
			confidence: 'possible',
			others: ['sp-invalid-or-expired', 'identity-lacks-pull-role', 'token-expired'],
			credential: 'some',
			status: 401,
			says: '401 Unauthorized',
		});
		expect(readMessage(refused.replace('oauth token', 'anonymous token'))[0]?.credential).toBe('none');
	});

	it('believes the attempt that came furthest', () => {
		expect(furthest(readMessage(`[${refused}, ${missing}]`))?.code).toBe('image-tag-not-found');
		expect(furthest([])).toBeUndefined();
	});

	it('names the address that a firewall refused', () => {
		const message = `${pulling}unexpected status from HEAD request: 403 Forbidden\ndenied: client with IP '1.2.3.4' is not allowed access.`;
		expect(readMessage(message)[0]).toMatchObject({ code: 'registry-firewall-denied', address: '1.2.3.4' });
	});

	it('reads any text, and says it in one plain line', () => {
		const words = fc.constantFrom(
			refused,
			missing,
			'[',
			', rpc error: code',
			'\u001b[2J',
			'401',
			'x509: ',
			'lookup a: ',
			'\n',
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(words, fc.string({ unit: 'binary' })), { maxLength: 20 }), (parts) => {
				for (const { shownAt, says } of readMessage(parts.join(''))) {
					expect(links).toContain(shownAt);
					expect(says).not.toMatch(/\p{Cc}/u);
					expect(says.length).toBeLessThanOrEqual(120);
				}
			}),
		);
	});
});
