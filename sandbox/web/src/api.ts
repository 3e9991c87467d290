// The calls of API.md. A call never throws: what went wrong comes back as `error`, a sentence for the person.
import type { ElementState } from "./blockkit";
import type { Boot, Container, Message, Outcome, Prompt, Submitted, Suggestions, Values, View } from "./model";

const SENTENCES: Record<string, string> = {
  operation_timeout: "We had some trouble connecting. Try again?",
  dispatch_failed: "The app did not respond. Try again in a moment.",
  network: "The sandbox cannot be reached. Is it still running?",
};

export function sentence(error: string): string {
  return SENTENCES[error] ?? (/^[a-z_]+$/.test(error) ? `Something went wrong (${error}).` : error);
}

export class Client {
  constructor(readonly user: string) {}

  messages(channel: string) {
    return get<{ messages: Message[] }>(`messages?user=${this.user}&channel=${channel}`);
  }

  home() {
    return get<{ view: View | null }>(`home?user=${this.user}`);
  }

  openMessagesTab() {
    return this.post<{ channel?: string; suggested_prompts?: Prompt[] } & Outcome>("open-messages-tab", {});
  }

  say(body: { channel: string; text: string; thread_ts?: string }) {
    return this.post<Outcome>("message", body);
  }

  command(body: { channel: string; command: string; text: string }) {
    return this.post<Outcome>("command", body);
  }

  shortcut(body: { callback_id: string; channel?: string; message_ts?: string }) {
    return this.post<Outcome>("shortcut", body);
  }

  act(body: { container: Container; action: Partial<ElementState> & Record<string, unknown>; state: { values: Values } }) {
    return this.post<Outcome>("action", body);
  }

  suggest(body: { container: Container; block_id: string; action_id: string; value: string }) {
    return this.post<Suggestions>("suggestions", body);
  }

  submit(body: { view_id: string; values: Values }) {
    return this.post<Submitted>("view/submit", body);
  }

  close(body: { view_id: string; cleared?: boolean }) {
    return this.post<Outcome>("view/close", body);
  }

  private post<T extends { error?: string }>(path: string, body: object): Promise<T> {
    return post<T>(path, { user: this.user, ...body });
  }
}

export function boot(user: string | null): Promise<Partial<Boot> & { error?: string }> {
  return get<Partial<Boot>>(user ? `boot?user=${encodeURIComponent(user)}` : "boot");
}

export function get<T>(path: string): Promise<T & { error?: string }> {
  return request<T & { error?: string }>(path);
}

export function post<T extends { error?: string }>(path: string, body: object): Promise<T> {
  return request<T>(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

async function request<T extends { error?: string }>(path: string, init?: RequestInit): Promise<T> {
  try {
    const response = await fetch(`/client/${path}`, init);
    const body = (await response.json()) as T;
    if (body.error) return { ...body, error: sentence(body.error) };
    return response.ok ? body : ({ ...body, error: sentence(`http_${response.status}`) } as T);
  } catch {
    return { error: sentence("network") } as T;
  }
}
