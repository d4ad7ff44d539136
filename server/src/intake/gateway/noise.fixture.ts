/**
 * A hostile peer in a process of its own. Arguments: port, kind, count.
 * `noise`: writes that many bytes of noise, every sixteenth of them a start mark, over one connection.
 * `loris`: opens that many connections that send a login byte by byte.
 * Prints one line when it is done (noise) or at work (loris).
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { randomFrom } from "../../journal/random-rows.fixture.ts";
import { login } from "./gateway.fixture.ts";

const [port, kind, count] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];

async function open(): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

if (kind === "noise") {
  const random = randomFrom(7);
  const chunks = Array.from({ length: 8 }, () => {
    const chunk = Buffer.alloc(1 << 20);
    for (let i = 0; i < chunk.length; i++) chunk[i] = (i & 15) < 2 ? 0x23 : random() * 256;
    return chunk;
  });
  const socket = await open();
  for (let sent = 0; sent < count; sent += 1 << 20) {
    if (socket.destroyed) break;
    if (!socket.write(chunks[(sent >>> 20) & 7])) await Promise.race([once(socket, "drain"), once(socket, "close")]);
  }
  socket.end();
  await once(socket, "close");
  process.stdout.write("done\n");
} else {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i += 100)
    sockets.push(...(await Promise.all(Array.from({ length: Math.min(100, count - i) }, open))));
  process.stdout.write("done\n");
  const bytes = login();
  for (let at = 0; at < bytes.length - 1; at++) {
    for (const socket of sockets) if (!socket.destroyed) socket.write(bytes.subarray(at, at + 1));
    await sleep(100);
  }
}
