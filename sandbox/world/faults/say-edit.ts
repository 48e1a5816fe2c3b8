import type { Edit } from './fault.ts';

/** One edit in a line: the request as it is sent, or the setting with its value; no body. */
export function sayEdit(edit: Edit): string {
	if ('request' in edit) {
		const { method, host, path } = edit.request;
		return `${method} ${host}${decodeURIComponent(path)}`;
	}
	const { setting } = edit;
	const owner = 'machine' in setting ? setting.machine : 'registry' in setting ? setting.registry : setting.world;
	const about = 'host' in setting ? ` of ${setting.host}` : '';
	return `${owner}: ${setting.key}${about} ${JSON.stringify(setting.value)}`;
}
