import { hash } from "node:crypto";
import { createHasher, type Hasher } from "@sandglass/ledger";

/** RFC 6962 hashes over OpenSSL's SHA-256: about twice as fast as the plain one for tree-sized messages. */
export const HASHER: Hasher = createHasher((message) => hash("sha256", message, "buffer"));
