/**
 * Small programs that stand before others on the PATH of a sandbox shell, because a variable is not enough:
 * - `lanyard` is the one that made the world;
 * - `az` gets a home of its own, since it writes ssh keys there (`az aks create --generate-ssh-keys`);
 * - `sandbox-browser` signs in at the world's own page: the real browser would open the real one;
 * - `container-client` says that an engine runs: az acr login asks, though signing in needs none.
 */
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface ShimsOptions {
	/** The folder of the shims. */
	folder: string;
	/** How to start this program again. */
	self: string[];
	/** The world's name, and where it is kept: az, and what az starts, have another home. */
	name: string;
	stateDir: string;
	/** Where az has its home. */
	home: string;
}

/** The text of every shim, by its name. */
function buildShims({ folder, self, name, stateDir, home }: ShimsOptions): Record<string, string> {
	const lanyard = self.map(quote).join(' ');
	return {
		lanyard: `#!/bin/sh\nexec ${lanyard} "$@"\n`,
		'sandbox-browser': browser(lanyard, name, stateDir),
		'container-client': containerClient,
		az: azWithHome(folder, home),
	};
}

/** Runs on beside the program that opened it, as a browser does. What goes wrong is said: that program would wait in silence. */
const browser = (lanyard: string, name: string, stateDir: string) => `#!/bin/sh
export LANYARD_STATE_DIR=${quote(stateDir)}
${lanyard} sandbox browser --name ${quote(name)} "$1" >/dev/null &
`;

/** What a person installed for themselves lies in the real home: Python finds it there (site.USER_BASE). */
const azWithHome = (folder: string, home: string) => `#!/bin/sh
export PYTHONUSERBASE="\${PYTHONUSERBASE:-$HOME/.local}"
export HOME=${quote(home)}
IFS=:
for place in $PATH; do
	[ "$place" != ${quote(folder)} ] && [ -x "$place/az" ] && exec "$place/az" "$@"
done
echo 'az is not on the PATH' >&2
exit 127
`;

const containerClient = `#!/bin/sh
client=$(command -v docker || command -v podman) || { echo 'neither docker nor podman is on the PATH' >&2; exit 127; }
if [ "$1" = ps ]; then
	"$client" "$@" 2>/dev/null || exit 0
	exit 0
fi
exec "$client" "$@"
`;

/** Writes them; az only where there is one, so that nobody finds a program that is not there. */
export async function writeShims(options: ShimsOptions, path: string): Promise<void> {
	await mkdir(options.folder, { recursive: true, mode: 0o700 });
	await mkdir(options.home, { recursive: true, mode: 0o700 });
	const hasAz = await isOnPath('az', path, options.folder);
	for (const [name, text] of Object.entries(buildShims(options)))
		if (name !== 'az' || hasAz) await writeFile(join(options.folder, name), text, { mode: 0o700 });
}

async function isOnPath(program: string, path: string, except: string): Promise<boolean> {
	const places = path.split(delimiter).filter((place) => place !== '' && place !== except);
	const found = await Promise.all(
		places.map((place) =>
			access(join(place, program), constants.X_OK).then(
				() => true,
				() => false,
			),
		),
	);
	return found.includes(true);
}

function quote(word: string): string {
	return `'${word.replaceAll("'", "'\\''")}'`;
}
