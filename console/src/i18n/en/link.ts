import type { link as zh } from "../zh/link.ts";

export const link: typeof zh = {
  title: "Links and quarantine", tabs: { links: "Connections", quarantine: "Quarantined frames" },
  kind: "Kind", who: "Platform or vehicle", remote: "Remote", assurance: "Assurance", frames: "Frames", bytes: "Bytes", answered: "Answered", malformed: "Malformed", quarantined: "Set aside", skipped: "Skipped bytes", last: "Last frame",
  empty: "Nothing is connected", emptyNext: "Terminals and platforms appear here when they connect to the gateway.",
  receivedAt: "Received", disposition: "Why", vehicle: "Vehicle", command: "Command", eventTime: "Frame time", link: "Link", seq: "Sequence",
  noQuarantine: "No frame is quarantined", noQuarantineNext: "Frames from a clock ahead, malformed or of a foreign vehicle are kept here and never judged.",
};
