// A kubelet joins the errors of all credentials it tried: `[first, second]`. Each begins with words that do not occur inside one.
const starts = /,\s+(?=rpc error: code|failed to pull and unpack image|Error response from daemon)/;

/** The single errors of one message, without the kubelet's own frame around them. */
export function splitErrors(message: string): string[] {
	const inner = message
		.replace(/^(Back-off pulling image "[^"]*": ErrImagePull: |Failed to pull image "[^"]*":? )/, '')
		.trim();
	if (!inner.startsWith('[')) return [inner];
	return inner.replace(/^\[/, '').replace(/\]$/, '').split(starts);
}
