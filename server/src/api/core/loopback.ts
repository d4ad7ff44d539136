/** Whether an address or host name means this machine only. */
export function isLoopback(address: string): boolean {
  const host = address
    .replace(/^\[|\]$/g, "")
    .replace(/^::ffff:/i, "")
    .toLowerCase();
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
