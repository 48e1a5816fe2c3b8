// A kubelet joins the errors of all credentials it tried: `[first, second]`; containers/image those of mirrors and of the
// registries that it searched. Each begins with words that do not occur inside one.
const starts =
	/(?:,\s{1,3}|\s\*\s|\[|; )(?=rpc error: code|failed to pull and unpack image|error response from daemon|error initializing source|initializing source docker|pinging container registry|(?:get|head) "?https?:)|\(mirrors also failed: \[|\]: (?=(?:initializing source )?docker:\/\/)/g;

// What the kubelet, describe and logs put around an error.
const frames = [
	/^(?:warning|normal)\s{1,3}[a-z]{2,40}\s{1,3}(?:\S{1,20}(?:\s\(x\d{1,6} over \S{1,20}\))?\s{1,3})?(?:kubelet|kubelet,\s\S{1,200}|spec\.containers\S{0,100})\s{1,3}/,
	/^(?:back-off pulling image "[^"]{0,300}": errimagepull: |failed to pull image "[^"]{0,300}":? ?)/,
	/^errimagepull: /,
];

/** The single errors of one message, without what was put around them. */
export function splitErrors(message: string): string[] {
	const inner = frames.reduce((text, frame) => text.replace(frame, ''), message.trim()).replace(/^\[(?=[a-z])/, '');
	const errors = inner.split(starts).map((error) => error.replace(/^\[|\]$/g, '').trim());
	return errors.filter((error) => error !== '');
}
