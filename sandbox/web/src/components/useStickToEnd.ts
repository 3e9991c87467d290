import { useEffect, useLayoutEffect, useRef } from "react";

const NEAR_THE_END = 160;
const HEADROOM = 12;

/** Follow the newest message, unless the person has scrolled up to read. One that is too tall to fit shows its top. */
export function useStickToEnd(length: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const parked = useRef(0);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const scrolled = () => {
      const left = box.scrollHeight - box.scrollTop - box.clientHeight;
      following.current = left < NEAR_THE_END || Math.abs(box.scrollTop - parked.current) < 2;
    };
    const grown = new ResizeObserver(() => {
      if (following.current) parked.current = showNewest(box);
    });
    box.addEventListener("scroll", scrolled);
    grown.observe(box);
    if (box.firstElementChild) grown.observe(box.firstElementChild);
    return () => {
      box.removeEventListener("scroll", scrolled);
      grown.disconnect();
    };
  });

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && following.current) parked.current = showNewest(box);
  }, [length]);
  return scroller;
}

/** Scroll to the newest message; return where that is. */
function showNewest(box: HTMLElement): number {
  const newest = [...box.querySelectorAll<HTMLElement>(".message")].at(-1);
  const tall = newest !== undefined && newest.offsetHeight > box.clientHeight;
  const top = tall ? newest.getBoundingClientRect().top - box.getBoundingClientRect().top - HEADROOM : 0;
  box.scrollTop = tall ? box.scrollTop + top : box.scrollHeight;
  return box.scrollTop;
}
