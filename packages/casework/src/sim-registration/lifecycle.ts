/**
 * Real-name registration of the SIM of one vehicle, by stage: before the sale the card is on record for the vehicle, at the sale the
 * true identity of the owner is verified, and a change of hands is verified anew.
 */
import type { RoleCode } from "../access/roles.ts";
import { proposal } from "../basis.ts";
import { REASONS } from "../common-inputs.ts";
import { DAY, listField, organisationField } from "../fields.ts";
import { actionsFor, type Guard, type Lifecycle } from "../lifecycle/definition.ts";
import { object, text, type Infer } from "../schema.ts";
import { dateOf, dayOf } from "../time/shanghai.ts";
import { isBackRegistered, isBackRegisteredLate, SIM_BASES, type SimRegistrationData } from "./data.ts";
import * as input from "./inputs.ts";

type State = "BEFORE_SALE" | "VERIFIED" | "TRANSFERRED" | "ENDED";
type Flag = "LATE" | "BACK_REGISTERED_LATE";
const action = actionsFor<State, Flag, SimRegistrationData>();

const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const LIVE = ["BEFORE_SALE", "VERIFIED", "TRANSFERRED"] as const satisfies readonly State[];
/** Who may see by which reference the maker knows the owner. */
const OWNER_READERS = [
  "OEM",
  "IMPORTER",
  "MPS",
  "TRAFFIC_POLICE",
  "SUPERVISOR_ALL",
] as const satisfies readonly RoleCode[];

const VERIFIED_BEFORE: Guard<State, Flag, SimRegistrationData, Infer<typeof input.VERIFICATION>> = {
  code: "verifiedBefore",
  needs: "input",
  text: { en: "It must have been handed over and verified before now", zh: "交付与核验时间不得晚于当前时间" },
  holds: ({ input: { soldAt, verifiedAt }, at }) => Date.parse(soldAt) <= at && Date.parse(verifiedAt) <= at,
};
/** At the sale the identity is verified before the vehicle is handed over; what was sold before the rule is registered later. */
const AT_SALE: Guard<State, Flag, SimRegistrationData, Infer<typeof input.VERIFICATION>> = {
  code: "atSale",
  needs: "input",
  text: {
    en: "The identity must be verified by the day of the hand-over, unless the vehicle was sold before the back-registration ended",
    zh: "须在交付当日前核验身份；补登记截止日前已售车辆除外",
  },
  unskippable: SIM_BASES.realName,
  holds: ({ before: { state }, input: entered }) =>
    state === "TRANSFERRED" ||
    isBackRegistered(entered) ||
    dayOf(Date.parse(entered.verifiedAt)) <= dayOf(Date.parse(entered.soldAt)),
};
const TRANSFERRED_BEFORE: Guard<State, Flag, SimRegistrationData, Infer<typeof input.TRANSFER>> = {
  code: "transferredBefore",
  needs: "input",
  text: { en: "It must have changed hands before now", zh: "过户时间不得晚于当前时间" },
  holds: ({ input: { transferredAt }, at }) => Date.parse(transferredAt) <= at,
};
const ANOTHER: Guard<State, Flag, SimRegistrationData, Infer<typeof input.REPLACEMENT>> = {
  code: "another",
  needs: "input",
  text: { en: "It is the same SIM", zh: "与现用卡相同" },
  holds: ({ data, input: { iccid } }) => iccid !== data.iccid,
};

export const SIM_REGISTRATION: Lifecycle<State, Flag, SimRegistrationData> = {
  kind: "sim-registration",
  version: 1,
  title: { en: "Real-name registration of a SIM", zh: "车联网卡实名登记" },
  object: "vehicleRegister",
  initial: "BEFORE_SALE",
  stages: [
    { code: "before", title: { en: "Before the sale", zh: "销售前" } },
    { code: "at", title: { en: "At the sale", zh: "销售中" } },
    { code: "after", title: { en: "After the sale", zh: "销售后" } },
  ],
  states: {
    BEFORE_SALE: { stage: "before", title: { en: "Registered, not sold", zh: "已登记、未销售" } },
    VERIFIED: { stage: "at", title: { en: "Owner verified", zh: "车主已实名核验" } },
    TRANSFERRED: { stage: "after", title: { en: "Changed hands, not verified", zh: "已过户、待核验" } },
    ENDED: { stage: "after", title: { en: "SIM out of use", zh: "已停用" }, end: "final" },
  },
  flags: {
    LATE: { en: "New owner not verified in time", zh: "逾期未核验新车主" },
    BACK_REGISTERED_LATE: { en: "Back-registered after 2022-09-30", zh: "晚于2022年9月30日补登记" },
  },
  actions: {
    registerSim: action(input.REGISTRATION, {
      title: { en: "Register the SIM of a vehicle", zh: "登记车联网卡" },
      from: "nothing",
      to: "BEFORE_SALE",
      roles: MAKERS,
      basis: SIM_BASES.realName,
      change: ({ input: { organisation = "", ...fields }, actor }) => ({
        ...fields,
        organisation: actor.organisation ?? organisation,
      }),
    }),
    verifyOwner: action(input.VERIFICATION, {
      title: { en: "Verify the owner", zh: "核验车主身份" },
      from: ["BEFORE_SALE", "TRANSFERRED"],
      to: "VERIFIED",
      roles: MAKERS,
      basis: SIM_BASES.realName,
      guards: [VERIFIED_BEFORE, AT_SALE],
      change: ({ input: fields }) => fields,
      effects: [
        { kind: "meet", obligation: "verifyNewOwner" },
        { kind: "lower", flag: "LATE" },
        {
          kind: "raise",
          flag: "BACK_REGISTERED_LATE",
          when: ({ before: { state }, input: entered }) => state === "BEFORE_SALE" && isBackRegisteredLate(entered),
        },
      ],
    }),
    reportTransfer: action(input.TRANSFER, {
      title: { en: "Report a change of hands", zh: "登记过户" },
      from: ["VERIFIED"],
      to: "TRANSFERRED",
      roles: MAKERS,
      basis: SIM_BASES.realName,
      guards: [TRANSFERRED_BEFORE],
      change: ({ input: fields }) => fields,
      effects: [
        {
          kind: "open",
          obligation: "verifyNewOwner",
          startAt: ({ input: { transferredAt } }) => Date.parse(transferredAt),
        },
      ],
    }),
    replaceSim: action(input.REPLACEMENT, {
      title: { en: "Replace the SIM", zh: "更换车联网卡" },
      from: LIVE,
      to: "same",
      roles: MAKERS,
      basis: SIM_BASES.realName,
      guards: [ANOTHER],
      change: ({ data, input: { iccid, reasons }, at }) => ({
        iccid,
        replaced: [...data.replaced, { at: dateOf(dayOf(at)), before: data.iccid ?? "", reasons }],
      }),
    }),
    endSim: action(input.WITH_REASONS, {
      title: { en: "Take the SIM out of use", zh: "停用车联网卡" },
      from: LIVE,
      to: "ENDED",
      roles: MAKERS,
      basis: SIM_BASES.lifecycle,
      effects: [{ kind: "cancel", obligation: "all" }],
    }),
    markOwnerUnverified: action(input.NOTHING, {
      title: { en: "New owner not verified in time", zh: "逾期未核验新车主" },
      from: ["TRANSFERRED"],
      to: "same",
      roles: ["system:clock"],
      basis: SIM_BASES.lifecycle,
      effects: [{ kind: "raise", flag: "LATE" }],
      notifies: [{ to: ["OEM", "IMPORTER"], urgent: true }],
    }),
  },
  obligations: {
    verifyNewOwner: {
      title: { en: "Verify the new owner", zh: "核验新车主身份" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "verifyNewOwner",
      onOverdue: "markOwnerUnverified",
    },
  },
  documents: {},
  deadlines: {
    verifyNewOwner: {
      unit: "workingDay",
      amount: 10,
      from: { en: "the change of hands", zh: "过户之日" },
      basis: proposal("R-5.29"),
    },
  },
  fields: {
    vehicle: { title: { en: "Vehicle", zh: "车辆" }, shape: "vehicle" },
    organisation: organisationField({ en: "Maker", zh: "企业" }),
    iccid: { title: { en: "ICCID of the SIM", zh: "车联网卡ICCID" }, readers: OWNER_READERS },
    operator: { title: { en: "Telecoms operator", zh: "电信企业" } },
    owner: { title: { en: "The maker's reference of the owner", zh: "企业内部车主编号" }, readers: OWNER_READERS },
    evidence: {
      title: { en: "Verified by", zh: "核验凭证" },
      shape: "choice",
      choices: input.VERIFICATION.properties.evidence["x-choices"]!,
    },
    soldAt: { title: { en: "Handed over at", zh: "交付时间" }, shape: "instant" },
    verifiedAt: { title: { en: "Verified at", zh: "核验时间" }, shape: "instant" },
    transferredAt: { title: { en: "Changed hands at", zh: "过户时间" }, shape: "instant" },
    replaced: {
      ...listField(
        { en: "SIMs before", zh: "曾用卡" },
        object({ at: DAY, before: text({ en: "ICCID", zh: "ICCID" }), reasons: REASONS }),
      ),
      readers: OWNER_READERS,
    },
  },
  empty: { replaced: [] },
  extentOf: ({ organisation }) => ({
    organisations: organisation === undefined ? [] : [organisation],
    regions: [],
    assigned: [],
  }),
};
