/** A client certificate speaks for the vehicle that it names. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { connect } from "node:tls";
import { Assurance } from "@sandglass/signals";
import type { CertificateRule } from "./certificate.ts";
import { makeCertificate, type Certificate } from "./certificates.fixture.ts";
import { Client, login, platformLogin, realtime, replyTo, startGateway, until, type Bench } from "./gateway.fixture.ts";

const OWN = "LTESTVAN000000001";
const OTHER = "LTESTVAN000000002";
const server = makeCertificate("server");
const skip = server === undefined ? "the openssl command is not here" : false;
/** By what they name. */
const CLIENTS = {
  own: skip ? undefined : makeCertificate(OWN),
  dns: skip ? undefined : makeCertificate("terminal", `DNS:tbox-a1,DNS:${OWN.toLowerCase()}.vehicles.example`),
  uri: skip ? undefined : makeCertificate("terminal", `URI:urn:vin:${OWN}`),
  other: skip ? undefined : makeCertificate(OTHER),
  noVehicle: skip ? undefined : makeCertificate("FLEETOFTHENORTH17", "DNS:localhost"),
} as const;
type Presented = keyof typeof CLIENTS | "none";

async function startTls(context: TestContext, rule?: CertificateRule): Promise<Bench> {
  const ca = Buffer.concat(Object.values(CLIENTS).map((client) => (client as Certificate).cert));
  return startGateway(context, {
    tls: { ...(server as Certificate), ca, requestCert: true, rejectUnauthorized: false },
    ...(rule === undefined ? {} : { rules: { terminal: { certificateVin: rule } } }),
  });
}

async function connectWith(
  context: TestContext,
  bench: Bench,
  presented: Presented,
  session?: Buffer,
): Promise<Client & { readonly session: () => Buffer | undefined }> {
  const own = presented === "none" ? {} : CLIENTS[presented];
  const socket = connect({
    port: bench.port,
    host: "127.0.0.1",
    servername: "localhost",
    ca: (server as Certificate).cert,
    ...own,
    ...(session === undefined ? {} : { session }),
  });
  let given: Buffer | undefined;
  socket.on("session", (ticket: Buffer) => (given = ticket));
  await once(socket, "secureConnect");
  context.after(() => socket.destroy());
  return Object.assign(Client.over(socket), { session: () => given });
}

test(
  "a certificate of another vehicle is refused, answered, counted and listed, and evicts nobody",
  { skip },
  async (context) => {
    const bench = await startTls(context);
    const car = await connectWith(context, bench, "own");
    car.send(login({ vin: OWN }));
    assert.deepEqual(await car.receive(1), [replyTo(login({ vin: OWN }))]);

    const impostor = await connectWith(context, bench, "other");
    impostor.send(login({ vin: OWN }), realtime(999, { vin: OWN }));
    await impostor.gone();
    assert.deepEqual(impostor.replies, [replyTo(login({ vin: OWN }), 2)]);
    const [refused] = bench.gateway.links().filter(({ closedCode }) => closedCode !== undefined);
    assert.deepEqual(
      [refused.closedCode, refused.assurance, refused.rows.foreign_vin, refused.rows.accepted, refused.repliesByFlag],
      ["SG_LINK_CERTIFICATE", "none", 1, 0, { 2: 1 }],
    );
    assert.equal(bench.gateway.metrics().codes.get("SG_LINK_CERTIFICATE"), 1);

    car.send(realtime(5, { vin: OWN }));
    await until(() => bench.journal.status().durableRows === 3, "the car goes on");
    assert.deepEqual(
      (await bench.rows()).map(({ disposition, assurance }) => [disposition, assurance]),
      [
        ["accepted", Assurance.mutualTls],
        ["foreign_vin", Assurance.none],
        ["accepted", Assurance.mutualTls],
      ],
    );
  },
);

/** Whether a vehicle with that certificate may log in as OWN, by rule. */
const TABLE: readonly [Presented, Readonly<Record<CertificateRule, boolean>>][] = [
  ["own", { ignore: true, check: true, require: true }],
  ["dns", { ignore: true, check: true, require: true }],
  ["uri", { ignore: true, check: true, require: true }],
  ["other", { ignore: true, check: false, require: false }],
  ["noVehicle", { ignore: true, check: true, require: false }],
  ["none", { ignore: true, check: true, require: false }],
];
for (const rule of ["ignore", "check", "require"] as const)
  test(`who may log in with the rule ${rule}`, { skip }, async (context) => {
    const bench = await startTls(context, rule);
    for (const [presented, allowed] of TABLE) {
      const client = await connectWith(context, bench, presented);
      client.send(login({ vin: OWN }));
      const [reply] = await client.receive(1);
      assert.equal(reply[3], allowed[rule] ? 1 : 2, `${presented} under ${rule}`);
      client.socket.destroy();
      await until(() => bench.gateway.metrics().openLinks === 0, "it is gone");
    }
  });

test(
  "a resumed TLS session has the certificate of its first handshake, no other and none of nobody",
  { skip },
  async (context) => {
    const bench = await startTls(context, "require");
    for (const [presented, flag] of [
      ["own", 1],
      ["other", 2],
      ["none", 2],
    ] as const) {
      const first = await connectWith(context, bench, presented);
      await until(() => first.session() !== undefined, "a ticket");
      first.socket.destroy();
      const again = await connectWith(context, bench, "none", first.session());
      again.send(login({ vin: OWN }));
      assert.equal((await again.receive(1))[0][3], flag, presented);
      again.socket.destroy();
      await until(() => bench.gateway.metrics().openLinks === 0, "it is gone");
    }
  },
);

test("a platform logs in with its password, whatever its certificate names", { skip }, async (context) => {
  const bench = await startTls(context, "require");
  const centre = await connectWith(context, bench, "noVehicle");
  centre.send(platformLogin("platform", "right"), realtime(1, { vin: OWN }), realtime(1, { vin: OTHER }));
  assert.deepEqual(
    (await centre.receive(3)).map((reply) => reply[3]),
    [1, 1, 1],
  );
});
