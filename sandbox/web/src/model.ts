// What the server sends; API.md is the contract.
import type { Block, ElementState, Option, OptionGroup } from "./blockkit";

export interface User {
  id: string;
  name: string;
  real_name: string;
  title: string;
  kind: "member" | "admin" | "guest" | "bot";
  color: string;
  initials: string;
}

export interface Channel {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  topic: string;
  with?: string;
  members: string[];
  unread: number;
}

export interface Message {
  ts: string;
  thread_ts?: string;
  user: string;
  bot?: boolean;
  text: string;
  blocks?: Block[];
  ephemeral?: boolean;
  edited?: boolean;
  reply_count?: number;
  files?: { id: string; name: string; title?: string; url_private_download?: string }[];
}

export type Values = Record<string, Record<string, ElementState>>;

export interface View {
  id: string;
  hash: string;
  type: "modal" | "home";
  title?: { text: string } | string;
  submit?: { text: string } | string | null;
  close?: { text: string } | string | null;
  blocks: Block[];
  callback_id: string;
  state?: { values?: Values };
  previous_view_id?: string | null;
  root_view_id: string;
}

export interface Command {
  command: string;
  description: string;
  usage_hint?: string;
}

export interface Shortcut {
  name: string;
  type: "global" | "message";
  callback_id: string;
  description: string;
}

export interface AppInfo {
  user_id: string;
  name: string;
  description: string;
  color: string;
  icon_letter: string;
}

export interface Prompt {
  title: string;
  message: string;
}

export interface SharedFile {
  id: string;
  name: string;
  url: string;
  channel: string;
}

export interface Boot {
  team: { id: string; name: string };
  me: User;
  personas: User[];
  users?: User[];
  channels: Channel[];
  commands: Command[];
  shortcuts: Shortcut[];
  app: AppInfo;
  hints: string[];
  neighbours: string[];
}

export type Container = { view_id: string } | { channel: string; ts: string };

export interface Suggestions {
  options?: Option[];
  option_groups?: OptionGroup[];
  error?: string;
}

export interface Outcome {
  ok?: boolean;
  error?: string;
}

export interface Submitted {
  response_action?: "close" | "clear" | "errors" | "update" | "push";
  errors?: Record<string, string>;
  error?: string;
}

export type ServerEvent =
  | { type: "message" | "message_changed" | "ephemeral"; channel: string; message: Message }
  | { type: "message_deleted"; channel: string; ts: string }
  | { type: "view_opened" | "view_pushed" | "view_updated" | "home"; view: View }
  | { type: "views_closed"; view_ids: string[] }
  | { type: "channel"; channel: Channel }
  | { type: "files"; file: SharedFile }
  | { type: "prompts"; channel: string; suggested_prompts: Prompt[] }
  | { type: "hello" };

/** Read a view's title or button text, which Slack sends as a text object. */
export function plain(text: { text: string } | string | null | undefined): string {
  return typeof text === "string" ? text : (text?.text ?? "");
}
