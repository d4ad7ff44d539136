/**
 * What the log of access records, with its name in both languages: one vocabulary for what the server may write and for what people
 * read. `read.*`: somebody opened a record; the rest are acts. The code is what the API and exports have.
 */
import type { Text } from "../text.ts";

const name = (en: string, zh: string): Text => ({ en, zh });

export const ACCESS_ACTIONS = {
  "session.open": name("Signed in", "登录"),
  "session.refused": name("Sign-in refused", "登录被拒绝"),
  "session.locked": name("Account locked after failed sign-ins", "多次登录失败，账号锁定"),
  "session.close": name("Signed out", "退出登录"),
  "session.revoke": name("Session ended", "终止会话"),
  "account.create": name("Account made", "新建账号"),
  "account.change": name("Account changed", "变更账号"),
  "account.link": name("Account linked to single sign-on", "账号关联单点登录"),
  "organisation.create": name("Organisation registered", "登记机构"),
  "organisation.change": name("Organisation changed", "变更机构"),
  "policy.change": name("Sign-in rule of a role changed", "变更角色登录要求"),
  "password.change": name("Own password changed", "修改本人密码"),
  "password.reset": name("Password reset", "重置密码"),
  "password.wrong": name("Wrong password on one's own account", "本人账号密码验证错误"),
  "totp.add": name("Authenticator app added", "添加验证器应用"),
  "totp.remove": name("Authenticator app removed", "移除验证器应用"),
  "recovery.renew": name("Recovery codes renewed", "更换恢复码"),
  "passkey.add": name("Passkey added", "添加通行密钥"),
  "passkey.remove": name("Passkey removed", "移除通行密钥"),
  "factors.reset": name("Second factors reset", "重置第二验证因素"),
  "token.create": name("Token issued", "签发令牌"),
  "token.revoke": name("Token revoked", "吊销令牌"),
  "sso.refused": name("Single sign-on refused", "单点登录被拒绝"),
  "vehicle.register": name("Vehicles registered", "登记车辆"),
  "vehicle.search": name("Vehicle searched by its full VIN", "按完整车架号查找车辆"),
  "vehicle.key": name("Keys of a vehicle changed", "变更车辆密钥"),
  "vin.unmask": name("Full VIN shown", "查看完整车架号"),
  "frame.read": name("Bytes of a frame read", "查看报文原始字节"),
  "backup.create": name("Backup made", "创建备份"),
  "view.share": name("View shared", "共享视图"),
  "view.unshare": name("Sharing of a view ended", "取消共享视图"),
  "platform.create": name("Platform registered", "登记平台"),
  "platform.change": name("Platform changed", "变更平台"),
  "platform.refused": name("Login of a platform refused", "平台登入被拒绝"),
  "read.vehicle": name("Vehicle read", "查阅车辆"),
  "read.telemetry": name("Collected data read", "查阅采集数据"),
  "read.subject": name("Service or account read", "查阅服务或账户"),
  "read.finding": name("Finding read", "查阅告警"),
  "read.case": name("Case read", "查阅案件"),
  "read.command": name("Command to a vehicle read", "查阅车辆指令"),
  "read.ledger": name("Ledger read", "查阅账本"),
  "read.log": name("This log read", "查阅审计日志"),
  "read.list": name("List read", "查阅列表"),
} as const satisfies Readonly<Record<string, Text>>;
export type AccessAction = keyof typeof ACCESS_ACTIONS;

type GroupOf<Action> = Action extends `${infer Group}.${string}` ? Group : never;
export type AccessActionGroup = GroupOf<AccessAction>;

/** What the codes begin with, by which the log is filtered. */
export const ACCESS_ACTION_GROUPS: Readonly<Record<AccessActionGroup, Text>> = {
  read: name("Records read", "查阅记录"),
  vin: name("Full VINs", "查看完整车架号"),
  frame: name("Bytes of frames", "查看报文原始字节"),
  session: name("Sign-in", "登录"),
  sso: name("Single sign-on", "单点登录"),
  password: name("Passwords", "密码"),
  totp: name("Authenticator apps", "验证器应用"),
  passkey: name("Passkeys", "通行密钥"),
  recovery: name("Recovery codes", "恢复码"),
  factors: name("Resets of second factors", "重置第二验证因素"),
  policy: name("Rules of sign-in", "登录要求"),
  account: name("Accounts", "账号"),
  organisation: name("Organisations", "机构"),
  token: name("Tokens", "令牌"),
  platform: name("Platforms", "平台"),
  vehicle: name("Vehicle register", "车辆登记"),
  view: name("Shared views", "共享视图"),
  backup: name("Backups", "备份"),
};

/** Names of what the log records; nothing for a code that this version does not know. */
export function accessActionName(code: string): Text | undefined {
  return Object.hasOwn(ACCESS_ACTIONS, code) ? ACCESS_ACTIONS[code as AccessAction] : undefined;
}
