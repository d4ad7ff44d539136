import type { vehicle as zh } from "../zh/vehicle.ts";

export const vehicle: typeof zh = {
  views: "Views of the vehicle", tabs: { signals: "Signals", frames: "Frames", findings: "Findings" },
  freshness: "Data", state: "Register", organisation: "Organisation", region: "Region", powertrain: "Powertrain", edition: "Protocol", assurance: "Assurance",
  cursor: "At the cursor", latest: "latest",
  unmask: { button: "Show full VIN", title: "Show the full VIN", note: "A VIN is personal data. Give a reason; who looked, when and why is recorded.", confirm: "Show" },
  range: { label: "Time range", follow: "Follow newest", "15m": "15 min", "1h": "1 h", "6h": "6 h", "24h": "24 h", "7d": "7 d" },
  signals: {
    choose: "Choose signals", legend: "─ realtime  ○ reissued  ▨ no data", none: "No signal chosen", noneNext: "Choose one to eight signals above.",
    empty: "No data in this period", emptyNext: "Choose another range; the counts show the first and last event.", truncated: "Too much data: the first 20,000 samples are shown. Choose a shorter range.",
  },
  counts: { title: "Frames received", received: "Received", realtime: "Realtime", reissued: "Reissued", late: "Late", duplicates: "Duplicates", quarantined: "Quarantined", first: "First event", last: "Last event" },
  findings: { title: "Findings", none: "No findings" },
  frames: {
    time: "Collected", delay: "Delay", command: "Command", disposition: "Taken as", around: "5 min around {{time}}", newest: "Newest", empty: "No frames", emptyNext: "Choose another time, or wait for the vehicle to report.",
    choose: "Choose a frame", bytes: "Raw bytes", fields: "Decoded fields", length: "{{count}} bytes", fieldCount: "{{count}} fields", offset: "offset {{offset}}, {{count}} bytes", hint: "Point at a byte or a field to see what belongs together, and its clause", badHex: "The bytes of the frame cannot be read",
  },
  list: {
    title: "Vehicles", worst: "Worst", freshness: "Data", seen: "Last seen", maker: "Maker", model: "Model", region: "Region", powertrain: "Powertrain", edition: "Protocol", state: "Register",
    search: "Maker, model or part of a VIN", empty: "No vehicle matches", emptyNext: "Widen the filters; vehicles that report without being registered are listed too.",
  },
};
