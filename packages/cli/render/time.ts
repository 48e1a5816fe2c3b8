/** `14:05 UTC`. */
export function clockTime(moment: Date): string {
	return `${moment.toISOString().slice(11, 16)} UTC`;
}

/** `2 h 41 min`, `3 min`, `12 s`: the two largest units that matter. */
export function span(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 60) return `${minutes} min`;
	const rest = minutes % 60;
	return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** `0:34`, `5:00`: for countdowns. */
export function countdown(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `31.4 MB`, decimal units. */
export function size(bytes: number): string {
	const units = ['B', 'kB', 'MB', 'GB', 'TB'];
	let at = 0;
	let left = bytes;
	for (; left >= 1000 && at < units.length - 1; at++) left /= 1000;
	return `${at === 0 ? left : left.toFixed(1)} ${units[at]}`;
}
