import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";
import { type SampleWindow, zoomed } from "../../data/series-window.js";

/** Room around what is drawn, in CSS pixels: for names at the left, names at the right, times below. */
export const MARGIN = { left: 96, right: 84, top: 8, bottom: 40 };

export interface PlotSize {
  /** Of what is drawn, without its margins, in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

interface Props {
  readonly element: RefObject<HTMLDivElement>;
  /** What a screen reader says. */
  readonly label: string;
  readonly samples: number;
  readonly window: SampleWindow;
  readonly onWindow: (next: SampleWindow) => void;
  /** The sample of which values are shown. */
  readonly cursor: number | undefined;
  readonly onCursor: (sample: number | undefined) => void;
  readonly onSize: (size: PlotSize) => void;
  readonly children: ReactNode;
}

const WHEEL_ZOOM = 1.0015;
/** Two fingers on a touchpad are a wheel with Ctrl that turns in small steps. */
const PINCH_ZOOM = 1.015;
const KEY_ZOOM = 1.5;

/** Where a series is drawn: wheel, drag, pinch and keys move and zoom its window, the pointer shows values. */
export function PlotArea(props: Props): ReactNode {
  const { element, label, samples, window, onWindow, cursor, onCursor, onSize, children } = props;
  const latest = useRef(props);
  latest.current = props;
  const gesture = useGesture(latest);
  const [isDragged, setIsDragged] = useState(false);

  useEffect(() => {
    const area = element.current;
    if (area === null) return;
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = area;
      onSize({
        width: Math.max(1, clientWidth - MARGIN.left - MARGIN.right),
        height: Math.max(1, clientHeight - MARGIN.top - MARGIN.bottom),
      });
    });
    observer.observe(area);
    // React's own listeners for wheels cannot keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { window: now, samples: all, onWindow: move } = latest.current;
      const { width, left } = innerBox(area);
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (!event.ctrlKey && Math.abs(sideways) >= Math.abs(event.shiftKey ? 0 : event.deltaY))
        move({ start: now.start + wholeStep((sideways / width) * now.count), count: now.count });
      else
        move(
          zoomed(
            now,
            (event.ctrlKey ? PINCH_ZOOM : WHEEL_ZOOM) ** event.deltaY,
            share(event.clientX, left, width),
            all,
          ),
        );
    };
    area.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      observer.disconnect();
      area.removeEventListener("wheel", onWheel);
    };
  }, [element, onSize]);

  const onKeyDown = (event: KeyboardEvent) => {
    const { start, count } = window;
    const step = Math.max(1, Math.round(count / 10));
    const at = cursor ?? start + Math.floor(count / 2);
    const by = event.key === "ArrowLeft" ? -1 : 1;
    switch (event.key) {
      case "ArrowLeft":
      case "ArrowRight":
        // With Shift the cursor, by a column of pixels or a sample.
        if (event.shiftKey) onCursor(clamp(at + by * Math.max(1, Math.round(count / 400)), window, samples));
        else onWindow({ start: start + by * step, count });
        break;
      case "PageUp":
      case "PageDown":
        onWindow({ start: start + (event.key === "PageUp" ? -count : count), count });
        break;
      case "+":
      case "=":
        onWindow(zoomed(window, 1 / KEY_ZOOM, 0.5, samples));
        break;
      case "-":
        onWindow(zoomed(window, KEY_ZOOM, 0.5, samples));
        break;
      case "Home":
        onWindow({ start: 0, count });
        break;
      case "End":
        onWindow({ start: samples - count, count });
        break;
      case "Escape":
        onCursor(undefined);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: no element of HTML is a plot that takes keys.
    <div
      ref={element}
      className="series-plot"
      role="group"
      aria-label={label}
      aria-keyshortcuts="ArrowLeft ArrowRight PageUp PageDown + - Home End Shift+ArrowLeft Shift+ArrowRight"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys.
      tabIndex={0}
      data-dragged={isDragged}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        gesture.down(event);
        setIsDragged(true);
      }}
      onPointerMove={gesture.move}
      onPointerUp={(event) => setIsDragged(gesture.up(event) > 0)}
      onPointerCancel={(event) => setIsDragged(gesture.up(event) > 0)}
      onPointerLeave={(event) => event.pointerType === "mouse" && onCursor(undefined)}
    >
      {children}
    </div>
  );
}

interface Gesture {
  readonly down: (event: PointerEvent) => void;
  readonly move: (event: PointerEvent) => void;
  /** How many pointers are left. */
  readonly up: (event: PointerEvent) => number;
}

/** One pointer drags the window, two stretch it. */
function useGesture(latest: { readonly current: Props }): Gesture {
  const pointers = useRef(new Map<number, number>());
  /** The window, and where pointers were, when the last one came or went. */
  const from = useRef<{ readonly window: SampleWindow; readonly xs: readonly number[] }>({
    window: { start: 0, count: 1 },
    xs: [],
  });
  const begin = () => {
    from.current = { window: latest.current.window, xs: [...pointers.current.values()] };
  };
  return {
    down: (event) => {
      if (event.button !== 0) return;
      latest.current.element.current?.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, event.clientX);
      begin();
    },
    move: (event) => {
      const area = latest.current.element.current;
      if (area === null) return;
      const { window, samples, onWindow, onCursor } = latest.current;
      const { left, width } = innerBox(area);
      if (!pointers.current.has(event.pointerId)) {
        const at = window.start + Math.floor(share(event.clientX, left, width) * window.count);
        onCursor(clamp(at, window, samples));
        return;
      }
      pointers.current.set(event.pointerId, event.clientX);
      const { window: then, xs } = from.current;
      const [a = 0, b] = [...pointers.current.values()];
      const [firstA = 0, firstB] = xs;
      if (b === undefined || firstB === undefined) {
        onWindow({ start: then.start - ((a - firstA) / width) * then.count, count: then.count });
      } else {
        const factor = Math.abs(firstB - firstA) / Math.max(1, Math.abs(b - a));
        const anchor = share((firstA + firstB) / 2, left, width);
        const next = zoomed(then, factor, anchor, samples);
        const moved = ((a + b - firstA - firstB) / 2 / width) * next.count;
        onWindow({ start: next.start - moved, count: next.count });
      }
    },
    up: (event) => {
      pointers.current.delete(event.pointerId);
      begin();
      return pointers.current.size;
    },
  };
}

function innerBox(area: HTMLElement): { readonly left: number; readonly width: number } {
  const { left } = area.getBoundingClientRect();
  return { left: left + MARGIN.left, width: Math.max(1, area.clientWidth - MARGIN.left - MARGIN.right) };
}

/** Where a point is: 0 at the left edge, 1 at the right one. */
function share(x: number, left: number, width: number): number {
  return Math.min(1, Math.max(0, (x - left) / width));
}

function clamp(sample: number, { start, count }: SampleWindow, samples: number): number {
  return Math.min(Math.max(start, sample), Math.min(samples, start + count) - 1);
}

/** At least one sample, so that each turn of a wheel moves. */
function wholeStep(samples: number): number {
  return samples < 0 ? Math.min(-1, Math.round(samples)) : Math.max(1, Math.round(samples));
}
