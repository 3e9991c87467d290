import { type KeyboardEvent, useEffect, useRef } from "react";
import { useSurfaceHere } from "../surface";
import { naming, type Slot, useHeld } from "./slot";

/** The app hears of typing after this pause, as in Slack. */
const TYPING_PAUSE = 250;

const HTML_TYPES: Record<string, string> = { email_text_input: "email", url_text_input: "url", number_input: "text" };

/** Plain text (one line or many), number, e-mail and URL inputs. */
export function TextControl(slot: Slot) {
  const { element } = slot;
  const [state, hold] = useHeld({ ...slot, dispatches: false });
  const { typed, entered } = useDispatch(slot);
  const rich = element.type === "rich_text_input";
  const value = rich ? richText(state.rich_text_value) : (state.value ?? "");

  const shared = {
    ...naming(slot),
    className: "field",
    value,
    placeholder: element.placeholder?.text,
    "data-autofocus": element.focus_on_load || undefined,
    onChange: ({ target }: { target: { value: string } }) => {
      hold(rich ? { rich_text_value: richValue(target.value) } : { value: target.value === "" ? null : target.value });
      typed();
    },
  };
  if (rich || element.multiline) return <textarea {...shared} rows={4} onKeyDown={submitChord} />;
  return (
    <input
      {...shared}
      type={HTML_TYPES[element.type] ?? "text"}
      inputMode={element.type === "number_input" ? "decimal" : undefined}
      autoComplete="off"
      onKeyDown={(event) => event.key === "Enter" && entered(event)}
    />
  );
}

/** Ctrl+Enter submits the form from a multi-line input, as it does in Slack. */
function submitChord(event: KeyboardEvent<HTMLTextAreaElement>) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
}

function useDispatch({ element, reference, dispatches }: Slot) {
  const surface = useSurfaceHere();
  const latest = useRef(surface);
  useEffect(() => {
    latest.current = surface;
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tell = () => latest.current.flush(reference, element);

  return {
    typed: () => {
      if (!dispatches || !triggers.includes("on_character_entered")) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(tell, TYPING_PAUSE);
    },
    entered: (event: KeyboardEvent) => {
      if (!dispatches || !triggers.includes("on_enter_pressed")) return;
      event.preventDefault();
      clearTimeout(timer.current);
      tell();
    },
  };
}

function richValue(text: string) {
  if (!text) return null;
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

function richText(value: unknown): string {
  const sections = (value as { elements?: { elements?: { text?: string }[] }[] } | null)?.elements ?? [];
  return sections.flatMap(({ elements }) => elements?.map(({ text }) => text ?? "") ?? []).join("");
}
