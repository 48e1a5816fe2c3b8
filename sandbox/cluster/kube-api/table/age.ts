/** How long ago a stamp is, as kubectl shows it (apimachinery's duration.HumanDuration). */
export function renderAge(stamp: string, now: Date): string {
	if (stamp === '') return '<unknown>';
	return renderDuration(Math.floor((now.getTime() - Date.parse(stamp)) / 1000));
}

/** A length of time in one or two units. */
export function renderDuration(seconds: number): string {
	if (seconds < -1) return '<invalid>';
	if (seconds < 120) return `${Math.max(0, seconds)}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 10) return pair([minutes, 'm'], [seconds % 60, 's']);
	if (minutes < 180) return `${minutes}m`;
	const hours = Math.floor(minutes / 60);
	if (hours < 8) return pair([hours, 'h'], [minutes % 60, 'm']);
	if (hours < 48) return `${hours}h`;
	const days = Math.floor(hours / 24);
	if (hours < 192) return pair([days, 'd'], [hours % 24, 'h']);
	if (hours < 24 * 365 * 2) return `${days}d`;
	const years = Math.floor(days / 365);
	return hours < 24 * 365 * 8 ? pair([years, 'y'], [days % 365, 'd']) : `${years}y`;
}

function pair([much, unit]: [number, string], [rest, small]: [number, string]): string {
	return rest === 0 ? `${much}${unit}` : `${much}${unit}${rest}${small}`;
}
