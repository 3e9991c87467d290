import { type KeyboardEvent, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { Menu } from "../controls/Menu";
import { useDirectory } from "../directory";
import type { Channel } from "../model";
import { encode, parseCommand } from "../text";
import type { Workspace } from "../useWorkspace";
import { CompletionList } from "./CompletionList";
import { type Completion, completionsFor } from "./completions";
import { BoltIcon, SendIcon } from "./icons";

interface ComposerProps {
  workspace: Workspace;
  channel: Channel;
  placeholder: string;
  threadTs?: string;
  /** Leave the focus where it is. */
  quiet?: boolean;
}

/** Write a message or run a slash command. What was typed stays until the server has taken it. */
export function Composer({ workspace, channel, placeholder, threadTs, quiet = false }: ComposerProps) {
  const directory = useDirectory();
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const [dismissed, setDismissed] = useState(false);
  const [active, setActive] = useState(0);
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const completions = dismissed ? [] : completionsFor(text, workspace.state.boot.commands, directory.users);

  useGrowing(area, text);
  useEffect(() => {
    if (quiet) return;
    if (threadTs || window.matchMedia("(hover: hover)").matches) area.current?.focus();
  }, [threadTs, quiet]);

  function change(next: string) {
    setText(next);
    setError(null);
    setDismissed(false);
    setActive(0);
  }

  function complete({ insert }: Completion) {
    change(insert);
    area.current?.focus();
  }

  async function send() {
    const typed = text.trim();
    if (!typed || sending) return;
    setSending(true);
    const problem = await deliver(typed);
    setSending(false);
    setError(problem);
    if (!problem) setText((now) => (now === text ? "" : now));
  }

  async function deliver(typed: string): Promise<string | null> {
    const { client, state } = workspace;
    const command = parseCommand(typed);
    if (!command) {
      const body = { channel: channel.id, text: encode(typed, directory) };
      return (await client.say(threadTs ? { ...body, thread_ts: threadTs } : body)).error ?? null;
    }
    if (threadTs) return `${command.command} is not supported in threads. Sorry!`;
    if (!state.boot.commands.some((known) => known.command === command.command)) return `${command.command} is not a valid command.`;
    return (await client.command({ channel: channel.id, ...command })).error ?? null;
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const chosen = completions[active];
    if (chosen && handleList(event, chosen)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  }

  function handleList(event: KeyboardEvent, chosen: Completion): boolean {
    const keys: Record<string, () => void> = {
      ArrowDown: () => setActive((active + 1) % completions.length),
      ArrowUp: () => setActive((active - 1 + completions.length) % completions.length),
      Tab: () => complete(chosen),
      Escape: () => setDismissed(true),
      ...(chosen.exact || event.shiftKey ? {} : { Enter: () => complete(chosen) }),
    };
    const act = keys[event.key];
    if (!act) return false;
    event.preventDefault();
    act();
    return true;
  }

  return (
    <div className="composer">
      {completions.length > 0 && <CompletionList id={id} completions={completions} active={active} choose={complete} />}
      {error && (
        <p role="alert" className="composer-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      <div className="composer-box" aria-busy={sending}>
        <textarea
          ref={area}
          data-composer={threadTs ? undefined : true}
          rows={1}
          aria-label={placeholder}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={completions.length ? id : undefined}
          aria-activedescendant={completions.length ? `${id}-${active}` : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          placeholder={placeholder}
          value={text}
          onChange={({ target }) => change(target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="composer-bar">
          {!threadTs && <Shortcuts workspace={workspace} />}
          <span className="composer-help">{!threadTs && <SlashHelp />}</span>
          <button type="button" className="send" aria-label="Send" disabled={!text.trim()} onClick={() => void send()}>
            <SendIcon />
          </button>
        </div>
      </div>
    </div>
  );
}

function SlashHelp() {
  return (
    <>
      <kbd>/</kbd> for commands
    </>
  );
}

function Shortcuts({ workspace }: { workspace: Workspace }) {
  const { boot } = workspace.state;
  const shortcuts = boot.shortcuts.filter(({ type }) => type === "global");
  if (!shortcuts.length) return null;

  async function run(callback_id: string) {
    const { error } = await workspace.client.shortcut({ callback_id });
    if (error) workspace.toast(error);
  }

  return (
    <Menu
      label="Shortcuts"
      className="icon-button"
      trigger={<BoltIcon />}
      heading="Shortcuts"
      items={shortcuts.map(({ name, callback_id, description }) => ({
        key: callback_id,
        label: name,
        detail: description,
        onChoose: () => void run(callback_id),
      }))}
    />
  );
}

function useGrowing(area: RefObject<HTMLTextAreaElement | null>, text: string) {
  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = "auto";
    area.current.style.height = `${Math.min(area.current.scrollHeight, 240)}px`;
  }, [area, text]);
}
