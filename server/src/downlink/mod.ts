/** Down-link commands to vehicles (GB/T 32960.3 annex B): query, set, control, with four eyes, retries and a trail. */
export { DEFAULT_TIMES, type CommandAction, type CommandTimes, type NewCommand } from "./actions.ts";
export type { Command, CommandEvent, CommandRequest, CommandState } from "./command.ts";
export type { DownLinkPort, DownReply, DownRoute } from "./dispatcher.ts";
export { Downlink, type DownlinkOptions } from "./downlink.ts";
export { APPROVAL_RULES, findApprovalRule } from "./policy.ts";
export { commandRoutes } from "./routes.ts";
