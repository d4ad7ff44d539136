/** Certificates made by the openssl command, each signed by itself. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../journal/temporary.fixture.ts";

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/**
 * @param names alternative names, e.g. `DNS:localhost`
 * @returns undefined without the openssl command
 */
export function makeCertificate(commonName: string, names = "DNS:localhost"): Certificate | undefined {
  const folder = temporaryFolder("tls");
  try {
    const [key, cert] = [join(folder.path, "own.key"), join(folder.path, "own.crt")];
    const subject = ["-subj", `/CN=${commonName}`, "-addext", `subjectAltName=${names}`];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    const files = ["-keyout", key, "-out", cert];
    execFileSync("openssl", ["req", "-x509", "-nodes", "-days", "2", ...curve, ...subject, ...files], {
      stdio: "pipe",
    });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    folder.remove();
  }
}
