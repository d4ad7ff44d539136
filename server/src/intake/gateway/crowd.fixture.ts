/**
 * Many vehicles in a process of their own. Arguments: port, connections, rounds. Each logs in; then, on "go", each sends
 * a numbered frame per round and waits for its answer. Sends {connected}, then {roundMs} after every round.
 */
import process from "node:process";
import { Client, login, numbered, until } from "./gateway.fixture.ts";

const [port, connections, rounds] = process.argv.slice(2).map(Number);
const vin = (number: number) => `LMANYVAN0${String(number).padStart(8, "0")}`;
const clients: Client[] = [];
while (clients.length < connections)
  clients.push(...(await Promise.all(Array.from({ length: 200 }, () => Client.connect(port)))));
for (const [number, client] of clients.entries()) client.send(login({ vin: vin(number) }));
await until(() => clients.every((client) => client.replies.length === 1), "all are logged in", 60_000);
process.send?.({ connected: connections });
process.once("message", () => {
  void (async () => {
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      for (const [number, client] of clients.entries())
        client.send(numbered(round * connections + number, vin(number)));
      await until(() => clients.every((client) => client.replies.length === round + 2), `round ${round}`, 60_000);
      process.send?.({ roundMs: performance.now() - started });
    }
    process.disconnect?.();
    process.exit(0);
  })();
});
