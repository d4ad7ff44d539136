/** The GB/T 32960 gateway: TCP in, rows in the journal, replies when they are durable. */
export type { TurnedAway } from "./admission.ts";
export { Gateway, type GatewayMetrics } from "./gateway.ts";
export {
  ANSWER_REALTIME,
  DEFAULT_LIMITS,
  DEFAULT_LOGIN_RULES,
  type AnswerRealtime,
  type GatewayLimits,
  type GatewayLog,
  type GatewayOptions,
  type LoginRules,
  type PlatformIdentity,
  type PlatformRefusal,
} from "./options.ts";
export { CERTIFICATE_RULES, type CertificateRule } from "./certificate.ts";
export { DownLink, type DownReply, type DownRoute } from "./down-link.ts";
export { REPLY_STYLES, type ReplyFormat, type ReplyStyle } from "./replies.ts";
export { COMMAND_ENCRYPTIONS, SIGNATURE_RULES, type GivenRules, type LinkRules, type SignatureRule } from "./rules.ts";
export type { LinkInfo } from "./link-info.ts";
export { type LinkKind, type SeenVehicle, type VehiclePorts } from "./vehicles.ts";
export { createColumnMap, LIST_FIELDS, SCALAR_FIELDS } from "./column-map.ts";
