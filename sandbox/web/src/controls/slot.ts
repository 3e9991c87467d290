// What every control is given: its element, its place, and the words that name and describe it.
import type { Element, ElementRef, ElementState } from "../blockkit";
import { initialState } from "../forms/state";
import { useSurfaceHere } from "../surface";

export interface Slot {
  element: Element;
  reference: ElementRef;
  /** Using it tells the app at once (an actions block or an accessory), or only at submit (an input block). */
  dispatches: boolean;
  id?: string;
  /** The accessible name where no visible label points at the control. */
  label?: string;
  describedBy?: string;
  invalid?: boolean;
  optional?: boolean;
}

/** The names and descriptions as attributes of the element that takes the focus. */
export function naming({ id, label, describedBy, invalid, optional, dispatches }: Slot) {
  return {
    id,
    "aria-label": label,
    "aria-describedby": describedBy,
    "aria-invalid": invalid || undefined,
    "aria-required": dispatches || optional ? undefined : true,
  };
}

export function useHeld({ element, reference, dispatches }: Slot): [ElementState, (change: Partial<ElementState>) => void] {
  const surface = useSurfaceHere();
  const state = surface.values[reference.block]?.[reference.action] ?? initialState(element);
  return [
    state,
    (change) =>
      surface.set({ ref: reference, element, state: { ...state, ...change, type: element.type }, dispatch: dispatches }),
  ];
}
