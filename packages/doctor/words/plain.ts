/** Text from outside as one line without control characters: event texts and registry names end on terminals. */
export function plain(text: string): string {
	return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
