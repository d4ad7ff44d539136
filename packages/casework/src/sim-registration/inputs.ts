/** Input schemas of the real-name registration. */
import { REASONS } from "../common-inputs.ts";
import { choiceOf, instant, named, object, pattern, text } from "../schema.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

const ICCID = pattern("^89[0-9A-F]{17,18}$", { en: "ICCID of the SIM", zh: "车联网卡ICCID" });

export const REGISTRATION = object(
  {
    vehicle: named("vehicle", text({ en: "Vehicle", zh: "车辆" }, 60)),
    iccid: ICCID,
    operator: text({ en: "Telecoms operator", zh: "电信企业" }, 120),
  },
  {
    organisation: named(
      "organisation",
      text({ en: "Maker (entered by the supervisor)", zh: "企业（监管员填写）" }, 120),
    ),
  },
);
export const VERIFICATION = object({
  /** Never a name or a number of a document: those stay with the maker and the operator. */
  owner: text({ en: "The maker's reference of the owner, no name", zh: "企业内部车主编号（不填姓名、证件号码）" }, 80),
  evidence: choiceOf(
    {
      identityCard: { en: "Identity card", zh: "居民身份证" },
      otherDocument: { en: "Other identity document of a person", zh: "其他个人有效证件" },
      businessLicence: { en: "Licence of an organisation", zh: "单位有效证照" },
    },
    { en: "Verified by", zh: "核验凭证" },
  ),
  soldAt: instant({ en: "Handed over at", zh: "交付时间" }),
  verifiedAt: instant({ en: "Verified at", zh: "核验时间" }),
});
export const TRANSFER = object({ transferredAt: instant({ en: "Changed hands at", zh: "过户时间" }) });
export const REPLACEMENT = object({ iccid: ICCID, reasons: REASONS });
