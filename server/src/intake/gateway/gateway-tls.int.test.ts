import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectPlain, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { connect, type ConnectionOptions } from "node:tls";
import { Assurance } from "@sandglass/signals";
import { makeCertificate, type Certificate } from "./certificates.fixture.ts";
import { Client, login, platformLogin, realtime, replyTo, startGateway, until, type Bench } from "./gateway.fixture.ts";

interface Certificates {
  readonly server: Certificate;
  readonly client: Certificate;
}

function makeCertificates(): Certificates | undefined {
  const [server, client] = [makeCertificate("server"), makeCertificate("client")];
  return server && client && { server, client };
}

const certificates = makeCertificates();
const skip = certificates === undefined ? "the openssl command is not here" : false;

async function startTls(context: TestContext): Promise<Bench> {
  const { server, client } = certificates as Certificates;
  return startGateway(context, { tls: { ...server, ca: client.cert, requestCert: true, rejectUnauthorized: false } });
}

async function connectTls(context: TestContext, port: number, withCertificate: boolean): Promise<Client> {
  const { server, client } = certificates as Certificates;
  const options: ConnectionOptions = { port, host: "127.0.0.1", servername: "localhost", ca: server.cert };
  const socket = connect(withCertificate ? { ...options, ...client } : options);
  await once(socket, "secureConnect");
  context.after(() => socket.destroy());
  return Client.over(socket);
}

test(
  "a client certificate gives a link the assurance mutual TLS, a platform login without one platform",
  { skip },
  async (context) => {
    const bench = await startTls(context);
    const car = await connectTls(context, bench.port, true);
    car.send(login());
    await car.receive(1);
    const centre = await connectTls(context, bench.port, false);
    centre.send(platformLogin("platform", "right"), realtime(1));
    await centre.receive(2);
    const rows = await bench.rows();
    assert.deepEqual(
      rows.map(({ assurance }) => assurance),
      [Assurance.mutualTls, Assurance.platform, Assurance.platform],
    );
  },
);

test("an unauthenticated login never evicts an authenticated one", { skip }, async (context) => {
  const bench = await startTls(context);
  const car = await connectTls(context, bench.port, true);
  car.send(login());
  await car.receive(1);
  const impostor = await connectTls(context, bench.port, false);
  impostor.send(login(), realtime(999));
  await impostor.gone();
  assert.deepEqual(impostor.replies, [replyTo(login(), 3)], "VIN duplicated");
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_DUPLICATE"), 1);
  car.send(realtime(5));
  await until(() => bench.journal.status().durableRows === 3, "the car goes on");
  assert.deepEqual(
    (await bench.rows()).map(({ disposition }) => disposition),
    ["accepted", "foreign_vin", "accepted"],
  );

  const again = await connectTls(context, bench.port, true);
  again.send(login());
  await again.receive(1);
  await car.gone();
});

test("an authenticated login evicts an unauthenticated one", { skip }, async (context) => {
  const bench = await startTls(context);
  const impostor = await connectTls(context, bench.port, false);
  impostor.send(login());
  await impostor.receive(1);
  const car = await connectTls(context, bench.port, true);
  car.send(login());
  await car.receive(1);
  await impostor.gone();
});

test(
  "a connection without a handshake or an accepted certificate is refused, counted and listed",
  { skip },
  async (context) => {
    const { server, client } = certificates as Certificates;
    const tls = { ...server, ca: client.cert, requestCert: true, rejectUnauthorized: true };
    const bench = await startGateway(context, { tls });
    const refusals = () => bench.gateway.turnedAway().map(({ code, count }) => [code, count]);
    const tries = [
      ...[{}, server].map((own) =>
        connect({ port: bench.port, host: "127.0.0.1", servername: "localhost", ca: server.cert, ...own }),
      ),
      connectPlain(bench.port, "127.0.0.1").end(login()),
    ];
    for (const socket of tries) socket.on("error", () => {});
    await until(() => refusals()[0]?.[1] === 3, "all three are refused");
    assert.deepEqual(refusals(), [["SG_LINK_TLS", 3]]);
    assert.equal(bench.gateway.turnedAway()[0].remoteAddress, "127.0.0.1");
    assert.equal(bench.gateway.metrics().codes.get("SG_LINK_TLS"), 3);
    assert.equal(bench.gateway.links().length, 0);
  },
);

test(
  "connections count from before their handshake, and one that does not end is closed",
  { skip },
  async (context) => {
    const { server } = certificates as Certificates;
    const bench = await startGateway(context, { tls: server, limits: { maxConnections: 2, firstFrameMs: 5000 } });
    const codes = () => bench.gateway.metrics().codes;
    const car = await connectTls(context, bench.port, false);
    car.send(login());
    await car.receive(1);
    const silent: Socket[] = [1, 2, 3].map(() => connectPlain(bench.port, "127.0.0.1"));
    await until(() => codes().get("SG_LINK_LIMIT") === 2, "one of them fills the limit");
    bench.time.now += 6000;
    car.send(realtime(1));
    await until(() => silent.every((socket) => socket.closed || socket.readableEnded), "no handshake in time");
    assert.equal(codes().get("SG_LINK_TLS"), 1);
    const next = await connectTls(context, bench.port, false);
    next.send(login({ vin: "LTESTVAN000000002" }));
    await next.receive(1);
    assert.equal(car.closed, false);
    car.socket.destroy();
    next.socket.destroy();
    await until(() => bench.gateway.metrics().openLinks === 0, "both are gone");
    const again = await Promise.all([1, 2].map(() => connectTls(context, bench.port, false)));
    assert.equal(again.length, 2, "what is gone leaves its room");

    const endless = connectPlain(bench.port, "127.0.0.1");
    await once(endless, "connect");
    for (const link of again) link.socket.destroy();
    const from = performance.now();
    await bench.gateway.close();
    assert.ok(performance.now() - from < 10_000, "an open handshake does not hold back the end");
  },
);
