import type { WordEvent } from '../read-attempts.ts';

// How journals, klog, containerd, CRI-O and `kubectl get events` begin a line.
const stamped =
	/^(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d|time="|[IWEF]\d{4} \d\d:\d\d|\d{1,4}[smhd](?:\d{1,2}[smh])? {1,20}(?:Warning|Normal) |LAST SEEN )/;
const failed =
	/error|fail|denied|unauthorized|refused|timeout|not found|back-off|ErrImage|ImagePull|cannot|unable|no such|invalid|exceeded|x509|"level":"(?:error|warn)|not present/i;
const aboutImages = /pull|image|registry|credential|secret|manifest|snapshot|layer|docker:\/\/|imagefs|QPS/i;
const noise =
	/Error: (?:ErrImagePull|ImagePullBackOff)\s*$|Back-off pulling image "[^"]{0,300}"\s*$| Normal +Pull(?:ing|ed) /;

/** One report per line of a log that tells of a failed pull; none if the text is no log. */
export function readLog(lines: string[]): WordEvent[] {
	const count = lines.filter((line) => stamped.test(line)).length;
	if (count < 2 || count * 3 < lines.filter((line) => line.trim() !== '').length) return [];
	return lines.flatMap((line, at) => {
		if (!failed.test(line) || !aboutImages.test(line) || noise.test(line)) return [];
		return [{ id: objectOf(line) ?? `line ${at + 1}`, message: line }];
	});
}

// The pod that a line is about: kubelet's `pod="namespace/name"`, or the object column of `kubectl get events`.
function objectOf(line: string): string | undefined {
	return /\bpod="([^"/]{1,253}\/[^"]{1,253})"/.exec(line)?.[1] ?? / (pod\/\S{1,253}) /.exec(line)?.[1];
}
