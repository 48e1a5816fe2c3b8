import { type ImageReference, imageReferenceFault, parseImageReference, Problem } from '@lanyard/core';

/** Reads an image that somebody typed: what cannot be read is a mistake of the command line, not of a pull. */
export function readTypedImage(text: string): ImageReference {
	const fault = imageReferenceFault(text);
	if (fault === undefined) return parseImageReference(text);
	throw new Problem('bad-image-reference', {
		sentence: `the image reference "${text}" cannot be read`,
		wanted: 'host/repository:tag or host/repository@sha256:…',
		found: fault,
	});
}
