/** The reference: a Node TCP server that only finds out where frames end, by their length, and counts them. */
import { once } from "node:events";
import { createServer } from "node:net";

const HEADER_BYTES = 24;

export async function startSplitServer() {
  let frames = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    let held: Buffer | undefined;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      const bytes = held === undefined ? chunk : Buffer.concat([held, chunk]);
      let at = 0;
      while (bytes.length - at >= HEADER_BYTES) {
        const size = HEADER_BYTES + 1 + ((bytes[at + 22] << 8) | bytes[at + 23]);
        if (bytes.length - at < size) break;
        frames++;
        at += size;
      }
      held = at < bytes.length ? bytes.subarray(at) : undefined;
    });
  });
  server.listen({ host: "127.0.0.1", port: 0, backlog: 1024 });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    counts: () => ({ frames, durableRows: frames, bytesWritten: 0, syncs: 0 }),
    close: async () => {
      server.close();
    },
  };
}
