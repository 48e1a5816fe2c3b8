import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/**
 * Adds `lanyard complete SHELL` (prints what the shell evaluates) and the answers that shells then ask for. The library is a
 * 0.0.x: nothing else of ours knows it.
 */
export function addCompletions(program: Command): void {
	tab(program);
}
