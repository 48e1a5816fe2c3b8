import { BodyTooLarge, BrokenBody, receiveWhole } from './storage/receive.ts';

/** A form with two tokens has a few thousand letters. */
const mostBytes = 256 * 1024;

/** The text of a form; one that breaks off or does not end is as none. */
export async function formText(request: Request): Promise<string> {
	try {
		return new TextDecoder().decode(await receiveWhole(request, mostBytes));
	} catch (error) {
		if (error instanceof BodyTooLarge || error instanceof BrokenBody) return '';
		throw error;
	}
}
