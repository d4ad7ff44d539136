/** Opens terminal links from one source address, logs each in, tells its parent, and keeps them open. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { vehicleLogin } from "@sandglass/simulator";

const { port, first, count, address } = JSON.parse(process.argv[2]) as {
  port: number;
  first: number;
  count: number;
  address: string;
};
const sockets: Socket[] = [];

async function openOne(number: number): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: address });
  await once(socket, "connect");
  const vin = `LBENCH${String(number).padStart(11, "0")}`;
  socket.write(vehicleLogin(2016, vin, Date.now(), 1, "89860000000000000001"));
  await once(socket, "data");
  sockets.push(socket);
}
while (sockets.length < count) {
  const from = first + sockets.length;
  await Promise.all(Array.from({ length: Math.min(250, first + count - from) }, (_, i) => openOne(from + i)));
}
process.send?.("open");
process.once("disconnect", () => process.exit(0));
