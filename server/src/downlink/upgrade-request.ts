/** The parameters of a remote upgrade in a request (2016 table B.16, 2025 table B.12). */
import { findBytes, type UpgradeOrder, type UpgradeParameters } from "@sandglass/gbt32960";
import { Type, type Static } from "typebox";
import { invalid } from "./invalid.ts";

const ascii = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ maxLength, description: `${description} Printable ASCII without ";".`.trimStart() }));

export const UpgradeBody = Type.Object(
  {
    url: ascii(512, "Where the firmware is."),
    accessPoint: ascii(64, "Dial-up access point."),
    user: ascii(64, "Dial-up user."),
    password: ascii(64, "Dial-up password; never shown again."),
    address: Type.Optional(Type.String({ pattern: "^$|^\\d{1,3}(\\.\\d{1,3}){3}$", description: "IPv4." })),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff })),
    manufacturer: ascii(4, "Code of the terminal's maker."),
    hardwareVersion: ascii(5, ""),
    firmwareVersion: ascii(5, ""),
    timeLimit: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000, description: "Minutes." })),
    order: Type.Optional(
      Type.Enum(["urlFirst", "urlNextToLast"], {
        description:
          "The annex contradicts itself: its command row puts the URL first (default), its data table next to last.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** @throws SG_REQUEST_INVALID for what cannot stand in the frame */
export function upgradeOf(body: Static<typeof UpgradeBody>): {
  readonly upgrade: UpgradeParameters;
  readonly order: UpgradeOrder;
} {
  const { order = "urlFirst", address = "", port, timeLimit, ...texts } = body;
  for (const [name, text] of Object.entries(texts)) checkText(name, text);
  const upgrade = {
    url: "",
    accessPoint: "",
    user: "",
    password: "",
    manufacturer: "",
    hardwareVersion: "",
    firmwareVersion: "",
    ...texts,
    address: addressHex(address),
    port,
    timeLimit,
  };
  return { upgrade, order };
}

/** The parameters are joined by `;`, which therefore cannot stand in one. */
function checkText(name: string, text: string): void {
  if (/[^ -~]/.test(text)) throw invalid(`upgrade/${name}`, "needs printable ASCII characters", "应为可打印ASCII字符");
  if (text.includes(";"))
    throw invalid(
      `upgrade/${name}`,
      `holds ";", which separates the parameters of an upgrade${name === "url" ? '; write "%3B"' : ""}`,
      `包含升级参数之间的分隔符“;”${name === "url" ? "，请写作“%3B”" : ""}`,
    );
}

/** Upgrade parameters as they were asked for: the address as people write it. */
export function shownUpgrade(upgrade: UpgradeParameters): UpgradeParameters {
  const bytes = findBytes(upgrade.address)?.subarray(-4) ?? [];
  return { ...upgrade, address: [...bytes].join(".") };
}

/** Six bytes, IPv4 in the last four. */
function addressHex(address: string): string {
  if (address === "") return "";
  const parts = address.split(".").map(Number);
  if (parts.some((part) => part > 255)) throw invalid("upgrade/address", "is not an IPv4 address", "不是IPv4地址");
  return `0000${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
