// Everything the page knows about one persona's workspace, and how each event changes it.
import type { Boot, Channel, Message, Prompt, ServerEvent, SharedFile, View } from "./model";

export type Place =
  | { kind: "channel"; channel: string }
  | { kind: "app"; tab: "home" | "messages" }
  /** A service beside Slack; `neighbours.tsx` knows its view. */
  | { kind: "neighbour"; name: string };

export interface Thread {
  channel: string;
  ts: string;
  /** Opened by an answer, not by the person: it must not take the focus. */
  unasked?: boolean;
}

export interface Toast {
  id: number;
  text: string;
  tone: "error" | "info";
}

export interface State {
  boot: Boot;
  channels: Channel[];
  messages: Record<string, Message[]>;
  files: SharedFile[];
  views: View[];
  home: View | null | undefined;
  prompts: Prompt[];
  place: Place;
  thread: Thread | null;
  toasts: Toast[];
  connected: boolean;
}

export type Action =
  | { type: "booted"; boot: Boot }
  | { type: "loaded"; channel: string; messages: Message[] }
  | { type: "home_loaded"; view: View | null }
  | { type: "app_channel"; prompts: Prompt[] }
  | { type: "went"; place: Place; channel: string | null }
  | { type: "thread"; thread: State["thread"] }
  | { type: "toast"; toast: Toast }
  | { type: "toast_gone"; id: number }
  | { type: "connected"; connected: boolean }
  | { type: "view_gone"; ids: string[] }
  | { type: "event"; event: ServerEvent };

export function initial(boot: Boot, place: Place): State {
  const start = { boot, channels: boot.channels };
  const opened = currentChannel({ ...start, place })?.id;
  return {
    boot,
    channels: read(boot.channels, opened ?? null),
    messages: {},
    files: [],
    views: [],
    home: undefined,
    prompts: [],
    place,
    thread: null,
    toasts: [],
    connected: true,
  };
}

/** The app's own direct messages with this persona, where the server has opened them. */
export function appChannel(state: Pick<State, "channels" | "boot">): Channel | undefined {
  return state.channels.find((channel) => channel.kind === "im" && channel.with === state.boot.app.user_id);
}

/** The channel on screen, if any (the app's Home tab and the neighbours have none). */
export function currentChannel(state: Pick<State, "channels" | "boot" | "place">): Channel | undefined {
  const { place } = state;
  if (place.kind === "channel") return state.channels.find(({ id }) => id === place.channel);
  return place.kind === "app" && place.tab === "messages" ? appChannel(state) : undefined;
}

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "booted":
      return { ...state, boot: action.boot, channels: read(action.boot.channels, currentChannel(state)?.id ?? null) };
    case "loaded":
      return { ...state, messages: { ...state.messages, [action.channel]: merged(action.messages, state.messages[action.channel]) } };
    case "home_loaded":
      return { ...state, home: action.view ?? state.home ?? null };
    case "app_channel":
      return { ...state, prompts: action.prompts };
    case "went":
      return { ...state, place: action.place, thread: null, channels: read(state.channels, action.channel) };
    case "thread":
      return { ...state, thread: action.thread };
    case "toast":
      return { ...state, toasts: [...state.toasts.slice(-2), action.toast] };
    case "toast_gone":
      return { ...state, toasts: state.toasts.filter(({ id }) => id !== action.id) };
    case "connected":
      return { ...state, connected: action.connected };
    case "view_gone":
      return { ...state, views: state.views.filter(({ id }) => !action.ids.includes(id)) };
    case "event":
      return happen(state, action.event);
  }
}

function happen(state: State, event: ServerEvent): State {
  switch (event.type) {
    case "message":
    case "ephemeral":
      return arrive(state, event.channel, event.message, event.type === "ephemeral");
    case "message_changed":
      return withMessages(state, event.channel, (held) => upsert(held, event.message));
    case "message_deleted":
      return withMessages(state, event.channel, (held) => held.filter(({ ts }) => ts !== event.ts));
    case "view_opened":
    case "view_pushed":
    case "view_updated":
      return { ...state, views: place(state.views, event.view, event.type !== "view_updated") };
    case "views_closed":
      return { ...state, views: state.views.filter(({ id }) => !event.view_ids.includes(id)) };
    case "home":
      return { ...state, home: event.view };
    case "channel":
      return { ...state, channels: read(known(state.channels, event.channel), currentChannel(state)?.id ?? null) };
    case "files":
      return { ...state, files: [...state.files, event.file] };
    case "prompts":
      return { ...state, prompts: event.suggested_prompts };
    case "hello":
      return state;
    default:
      return state;
  }
}

function known(channels: Channel[], channel: Channel): Channel[] {
  const at = channels.findIndex(({ id }) => id === channel.id);
  return at < 0 ? [...channels, channel] : channels.with(at, channel);
}

function place(views: View[], view: View, added: boolean): View[] {
  const known = views.some(({ id }) => id === view.id);
  if (known) return views.map((held) => (held.id === view.id ? view : held));
  return added && view.type === "modal" ? [...views, view] : views;
}

function arrive(state: State, channel: string, message: Message, ephemeral: boolean): State {
  const kept = ephemeral ? { ...message, ephemeral } : message;
  const here = currentChannel(state)?.id === channel;
  const mine = message.user === state.boot.me.id;
  const next = withMessages(state, channel, (held) => upsert(held, kept));
  if (here) return { ...next, thread: state.thread ?? answered(state, message) };
  if (mine || (message.thread_ts && message.thread_ts !== message.ts)) return next;
  return {
    ...next,
    channels: next.channels.map((held) => (held.id === channel ? { ...held, unread: held.unread + 1 } : held)),
  };
}

/** The app answers in the thread of the person's own message: in its Messages tab, that thread opens by itself. */
function answered(state: State, { bot, thread_ts }: Message): Thread | null {
  const channel = appChannel(state)?.id;
  if (state.place.kind !== "app" || !bot || !thread_ts || !channel) return null;
  return { channel, ts: thread_ts, unasked: true };
}

function withMessages(state: State, channel: string, change: (held: Message[]) => Message[]): State {
  return { ...state, messages: { ...state.messages, [channel]: change(state.messages[channel] ?? []) } };
}

/** What the server listed, and what arrived as an event while it was listing. */
function merged(listed: Message[], held: Message[] = []): Message[] {
  const last = listed.reduce((latest, { ts }) => Math.max(latest, Number.parseFloat(ts)), 0);
  return sorted([...listed, ...held.filter(({ ts }) => Number.parseFloat(ts) > last)]);
}

function upsert(held: Message[], message: Message): Message[] {
  const at = held.findIndex(({ ts }) => ts === message.ts);
  return at < 0 ? sorted([...held, message]) : held.with(at, { ...held[at], ...message });
}

function sorted(messages: Message[]): Message[] {
  return messages.toSorted((one, other) => Number.parseFloat(one.ts) - Number.parseFloat(other.ts));
}

function read(channels: Channel[], opened: string | null): Channel[] {
  return channels.map((channel) => (channel.id === opened ? { ...channel, unread: 0 } : channel));
}
