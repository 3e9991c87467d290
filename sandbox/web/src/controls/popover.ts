// Lists that open beside a control, in the top layer: no scrolling parent or dialog clips them.
import { type RefObject, useEffect, useLayoutEffect } from "react";

const GAP = 4;
const MARGIN = 8;
const LIST_HEIGHT = 320;
const MENU_HEIGHT = 560;

interface Popover {
  open: boolean;
  anchor: RefObject<HTMLElement | null>;
  panel: RefObject<HTMLElement | null>;
  /** Give the panel the anchor's width (a listbox), or its own (a menu). */
  match?: boolean;
  /** Changes when the panel's content does, so that its height is measured again. */
  content?: unknown;
}

export function usePopover({ open, anchor, panel, match = false, content }: Popover): void {
  useLayoutEffect(() => {
    if (!open || !anchor.current || !panel.current) return;
    const [box, list] = [anchor.current, panel.current];
    if (!list.matches(":popover-open")) list.showPopover();
    const follow = () => position(box, list, match);
    follow();
    window.addEventListener("scroll", follow, true);
    window.addEventListener("resize", follow);
    return () => {
      window.removeEventListener("scroll", follow, true);
      window.removeEventListener("resize", follow);
    };
  }, [open, anchor, panel, match, content]);
}

function position(anchor: HTMLElement, panel: HTMLElement, match: boolean): void {
  const box = anchor.getBoundingClientRect();
  panel.style.minWidth = match ? `${box.width}px` : "";
  panel.style.maxWidth = match ? `${box.width}px` : `${window.innerWidth - 2 * MARGIN}px`;
  const below = window.innerHeight - box.bottom - GAP - MARGIN;
  const above = box.top - GAP - MARGIN;
  const most = match ? LIST_HEIGHT : MENU_HEIGHT;
  const wanted = Math.min(panel.scrollHeight + 2, most);
  const down = below >= wanted || below >= above;
  panel.style.maxHeight = `${Math.min(most, down ? below : above)}px`;
  const height = Math.min(wanted, down ? below : above);
  panel.style.top = `${down ? box.bottom + GAP : box.top - GAP - height}px`;
  const left = match || box.left + panel.offsetWidth < window.innerWidth - MARGIN ? box.left : box.right - panel.offsetWidth;
  panel.style.left = `${Math.max(MARGIN, left)}px`;
}

/** Call `away` when the person presses anywhere outside. */
export function useOutside(open: boolean, inside: RefObject<HTMLElement | null>[], away: () => void): void {
  useEffect(() => {
    if (!open) return;
    const pressed = ({ target }: PointerEvent) => {
      if (!inside.some(({ current }) => current?.contains(target as Node))) away();
    };
    document.addEventListener("pointerdown", pressed);
    return () => document.removeEventListener("pointerdown", pressed);
  });
}
