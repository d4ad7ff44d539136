import { ERRORS, SandglassError } from "../errors/mod.ts";

/** Scheme, host and port of a listener. An IPv6 address stands in brackets. */
export function addressOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * Rethrows why a listener could not be opened.
 * @throws SG_ADDRESS_IN_USE, naming the option that chooses another port
 */
export function refuseAddress(error: unknown, address: string, flag: string): never {
  const { code } = error as NodeJS.ErrnoException;
  throw code === "EADDRINUSE" ? new SandglassError(ERRORS.ADDRESS_IN_USE, { address, flag }, { cause: error }) : error;
}
