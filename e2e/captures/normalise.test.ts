import { expect, it } from 'vitest';

import { buildImage } from '../registry/image.ts';
import { normalise, wordsForDigests } from './normalise.ts';

const image = buildImage({ mark: 'test', program: Buffer.from('program') });
const digests = wordsForDigests([image]);
const zeros = `sha256:${'0'.repeat(64)}`;

const cases: [name: string, text: string, normal: string][] = [
	[
		'how long a pull took',
		'in 1.2s (1.25s including waiting). Image size: 12 bytes.',
		'in {duration} ({duration} including waiting). Image size: {size} bytes.',
	],
	['a digest of the image', `blobs/${image.top.digest}`, 'blobs/sha256:{manifest}'],
	['a digest that containerd made', `sha256:${'ab'.repeat(32)}`, 'sha256:{digest}'],
	['the time of day', 'current time 2026-11-22T06:00:00Z is after', 'current time {time} is after'],
	[
		'the port that the kernel chose',
		'read tcp 10.224.0.4:43210->203.0.113.10:443: reset',
		'read tcp 10.224.0.4:{port}->203.0.113.10:443: reset',
	],
	['an id of Kubernetes', 'pod(3a43ed2c-f3b2-4430-86a1-702a2cb8f5cd)', 'pod({uid})'],
];
it.each(cases)('takes out %s', (_name, text, normal) => expect(normalise({ text }, digests)).toEqual({ text: normal }));

const kept = [
	`@${zeros}`,
	'Basic 00000000-0000-0000-0000-000000000000',
	'client_id=11111111-2222-3333-4444-555555555555',
	'dial tcp 203.0.113.12:443: connect: connection refused',
];
it.each(kept)('keeps what was given on purpose: %s', (text) => expect(normalise(text, digests)).toBe(text));
