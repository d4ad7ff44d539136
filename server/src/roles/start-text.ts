/** What a person reads when everything answers. */
import type { RunningDemo } from "./demo.ts";

export function startText(console: string, gateway: string, demo: RunningDemo | undefined): string {
  const lines = ["", `Sandglass is ready.  Console ${console}   GB/T 32960 gateway ${gateway}`];
  if (demo !== undefined) lines.push(...demo.text(console));
  else
    lines.push(
      "No demonstration: register vehicles and platforms through the API with the token of the line on stdout.",
    );
  lines.push(
    "Administrator (makes accounts and tokens): account admin, password in keys/admin.password of the data folder.",
  );
  return [...lines, "Ctrl-C stops everything; a second start continues with the same data.", ""].join("\n");
}
