// Wants a service on the host's loopback, from a hosted function without egress.
// outcome: ok
// result: []
// as: function
import { connect } from "node:net";

export default async function main() {
	const reached: string[] = [];
	for (const host of ["127.0.0.1", "::1", "0.0.0.0"]) {
		await new Promise<void>((done) => {
			const socket = connect({ host, port: Number("@TCP_PORT@"), timeout: 300 });
			socket.on("connect", () => reached.push(host));
			for (const event of ["connect", "error", "timeout"]) socket.on(event, () => done());
		});
	}
	return reached;
}
