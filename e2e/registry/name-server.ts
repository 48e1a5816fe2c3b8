import { createSocket } from 'node:dgram';

const noSuchName = 3;

/** Answers every question with "no such name": the names that exist stand in the hosts file, as nobody asks us for them. */
export async function listenForNames(address: string): Promise<void> {
	const socket = createSocket('udp4');
	socket.on('message', (query, sender) => socket.send(refuse(query), sender.port, sender.address));
	await new Promise<void>((resolve, reject) => {
		socket.once('error', reject);
		socket.bind(53, address, resolve);
	});
}

/** The question sent back as an answer (RFC 1035, 4.1.1): QR, RD and RA set, the response code, no records. */
function refuse(query: Buffer): Buffer {
	const answer = Buffer.from(query.subarray(0, endOfQuestion(query)));
	answer.writeUInt16BE(0x8180 | noSuchName, 2);
	for (const count of [6, 8, 10]) answer.writeUInt16BE(0, count);
	return answer;
}

function endOfQuestion(query: Buffer): number {
	let at = 12;
	while ((query[at] ?? 0) !== 0) at += (query[at] ?? 0) + 1;
	return at + 5;
}
