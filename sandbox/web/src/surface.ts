// The state of one message's or view's inputs, and what using them does.
import { createContext, useContext, useEffect, useRef, useState } from "react";
import type { Client } from "./api";
import type { Block, Confirm, Element, ElementRef, ElementState } from "./blockkit";
import { words } from "./blockkit";
import { carryOver } from "./forms/state";
import type { Container, Suggestions, Values } from "./model";

export interface Surface {
  values: Values;
  errors: Record<string, string>;
  /** The element whose action is on its way, as `keyOf` names it. */
  busy: string | null;
  /** A confirm object that waits for its answer. */
  asking: { confirm: Confirm; answer: (yes: boolean) => void } | null;
  /** Keep what an input holds now; `dispatch` tells the app as well. */
  set: (use: { ref: ElementRef; element: Element; state: ElementState; dispatch: boolean }) => void;
  /** Tell the app that an element was used. */
  press: (use: { ref: ElementRef; element: Element; action: Record<string, unknown> }) => void;
  /** Tell the app what an input holds, later than it was typed. */
  flush: (ref: ElementRef, element: Element) => void;
  suggest: (ref: ElementRef, value: string) => Promise<Suggestions>;
}

const Context = createContext<Surface | null>(null);
export const SurfaceProvider = Context.Provider;

export function useSurfaceHere(): Surface {
  const surface = useContext(Context);
  if (!surface) throw new Error("an interactive element outside a surface");
  return surface;
}

export function keyOf({ block, action }: ElementRef): string {
  return `${block} ${action}`;
}

interface Setting {
  container: Container;
  blocks: Block[];
  client: Client;
  onError: (sentence: string) => void;
  errors?: Record<string, string>;
  seed?: Values;
}

const NO_ERRORS = {};

export function useSurface({ container, blocks, client, onError, errors = NO_ERRORS, seed }: Setting): Surface {
  const [form, setForm] = useState(() => ({ blocks, values: carryOver(blocks, seed ?? {}) }));
  if (form.blocks !== blocks) setForm({ blocks, values: carryOver(blocks, form.values) });
  const latest = useRef(form.values);
  useEffect(() => {
    latest.current = form.values;
  }, [form]);
  const [busy, setBusy] = useState<string | null>(null);
  const [asking, setAsking] = useState<Surface["asking"]>(null);

  function hold(ref: ElementRef, state: ElementState) {
    latest.current = { ...latest.current, [ref.block]: { ...latest.current[ref.block], [ref.action]: state } };
    setForm((now) => ({ ...now, values: latest.current }));
  }

  async function send(ref: ElementRef, action: Record<string, unknown>) {
    setBusy(keyOf(ref));
    const body = { block_id: ref.block, action_id: ref.action, ...action };
    const { error } = await client.act({ container, action: body, state: { values: latest.current } });
    setBusy((now) => (now === keyOf(ref) ? null : now));
    if (error) onError(error);
  }

  function whenConfirmed(confirm: Confirm | undefined, go: () => void) {
    if (!confirm) return go();
    setAsking({
      confirm,
      answer: (yes) => {
        setAsking(null);
        if (yes) go();
      },
    });
  }

  return {
    values: form.values,
    errors,
    busy,
    asking,
    set: ({ ref, element, state, dispatch }) =>
      whenConfirmed(dispatch ? element.confirm : undefined, () => {
        hold(ref, state);
        if (dispatch) void send(ref, { ...state });
      }),
    press: ({ ref, element, action }) =>
      whenConfirmed(element.confirm, () => void send(ref, { type: element.type, ...action })),
    flush: (ref, element) => {
      const state = latest.current[ref.block]?.[ref.action];
      if (state) void send(ref, { ...state, type: element.type });
    },
    suggest: (ref, value) => client.suggest({ container, block_id: ref.block, action_id: ref.action, value }),
  };
}

/** The action of a pressed button, as Slack sends it. */
export function buttonAction(element: Element): Record<string, unknown> {
  const text = typeof element.text === "object" ? { text: element.text } : { text: { type: "plain_text", text: words(element.text) } };
  return element.value === undefined ? text : { ...text, value: element.value };
}
