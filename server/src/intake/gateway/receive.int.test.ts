import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { until } from "./gateway.fixture.ts";
import { receiveFrom } from "./receive.ts";

async function openServer(onConnection: (accepted: Socket) => void) {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, onConnection);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as { port: number }).port };
}

test("an accepted connection is read into the shared buffer, and the server still counts it", async () => {
  const chunks: Buffer[] = [];
  const shared: boolean[] = [];
  let socket: Socket | undefined;
  const { server, port } = await openServer((accepted) => {
    socket = receiveFrom(accepted, (chunk, owned) => {
      shared.push(!owned);
      chunks.push(Buffer.from(chunk));
    });
    socket.on("end", () => socket?.end("bye"));
    socket.resume();
  });
  const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const sent = Buffer.alloc(2_000_000, "GB/T 32960 ");
  client.end(sent);
  const answer: Buffer[] = [];
  client.on("data", (chunk: Buffer) => answer.push(chunk));
  await once(client, "end");
  assert.ok(Buffer.concat(chunks).equals(sent));
  assert.ok(
    shared.every((is) => is),
    "Node has the fields that receive.ts needs; where it has not, this test says so and the data event is used",
  );
  assert.equal(Buffer.concat(answer).toString(), "bye");
  const closed = once(server, "close");
  server.close();
  client.destroy();
  await closed;
});

test("a paused connection delivers nothing and loses nothing", async () => {
  const received = { bytes: 0 };
  let socket: Socket | undefined;
  const { server, port } = await openServer((accepted) => {
    socket = receiveFrom(accepted, (chunk) => {
      received.bytes += chunk.length;
      socket?.pause();
    });
    socket.resume();
  });
  const client = connect(port, "127.0.0.1");
  client.write(Buffer.alloc(3_000_000));
  await until(() => received.bytes > 0, "the first chunk");
  const first = received.bytes;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(received.bytes, first);
  while (received.bytes < 3_000_000) {
    const before = received.bytes;
    socket?.resume();
    await until(() => received.bytes > before, "another chunk");
  }
  client.destroy();
  socket?.destroy();
  server.close();
});
