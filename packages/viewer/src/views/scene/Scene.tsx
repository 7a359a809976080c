import { Canvas } from "@react-three/fiber";
import { type KeyboardEvent, type ReactNode, type RefObject, useId, useMemo, useRef } from "react";
import { CanvasName } from "../canvas-name.js";
import type { Anatomy, Bounds, Vector } from "./anatomy.js";
import { CameraControls } from "./CameraControls.js";
import { CAMERA_VIEWS, type CameraView, keyedView } from "./camera-view.js";
import { LabelPositions, type SceneLabel } from "./SceneLabels.js";
import "./scene.css";

interface Props {
  /** What is seen, for screen readers. */
  readonly name: string;
  readonly bounds: Bounds;
  readonly anatomy: Anatomy;
  readonly view: CameraView;
  readonly setView: (view: CameraView) => void;
  /** In the coordinates of the file. */
  readonly labels: readonly SceneLabel[];
  /** Of three.js, in the coordinates of the file. */
  readonly children: ReactNode;
  /** What a picture of it has: around the stage, whose ground is not the page's. */
  readonly stage?: RefObject<HTMLDivElement>;
}

/** Something of the brain in three dimensions, which the pointer and arrow keys turn, with its sides labelled. */
export function Scene(props: Props): ReactNode {
  const { name, bounds, anatomy, view, setView, labels, children, stage } = props;
  const overlay = useRef<HTMLDivElement>(null);
  const help = useId();
  const { centre, radius } = bounds;
  const allLabels = useMemo(
    () => [
      ...sideLabels(anatomy, radius),
      ...labels.map((label) => ({ ...label, position: minus(label.position, centre) })),
    ],
    [anatomy, radius, labels, centre],
  );

  function turn(event: KeyboardEvent): void {
    const turned = event.ctrlKey || event.metaKey || event.altKey ? undefined : keyedView(view, event.key);
    if (turned === undefined) return;
    event.preventDefault();
    setView(turned);
  }

  return (
    <div className="scene">
      <div ref={stage}>
        <div
          className="scene-stage"
          role="application"
          aria-label={`${name}: camera`}
          aria-describedby={help}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys turn what is seen.
          tabIndex={0}
          onKeyDown={turn}
        >
          <Canvas
            orthographic
            flat
            frameloop="demand"
            dpr={[1, 2]}
            gl={{ preserveDrawingBuffer: true }} // for its picture
            camera={{ position: [0, 0, 4 * radius] }}
          >
            <CanvasName name={name} />
            <CameraControls anatomy={anatomy} radius={radius} view={view} onMoved={setView} />
            <group position={minus([0, 0, 0], centre)}>{children}</group>
            <LabelPositions labels={allLabels} overlay={overlay} />
          </Canvas>
          <div ref={overlay} className="scene-labels" aria-hidden="true">
            {allLabels.map(({ id, text, isSide }) => (
              <span key={id} className={isSide ? "side" : undefined}>
                {text}
              </span>
            ))}
          </div>
        </div>
      </div>
      <div className="scene-views">
        {Object.entries(CAMERA_VIEWS).map(([title, preset]) => (
          <button key={title} type="button" onClick={() => setView(preset)}>
            {title}
          </button>
        ))}
        <span id={help} className="help">
          Drag or arrow keys turn it, the wheel or + and − zoom.
          {anatomy.known
            ? ""
            : " The file does not say which side is right; x is taken for it, and y for the front."}
        </span>
      </div>
    </div>
  );
}

function sideLabels({ right, front, up }: Anatomy, radius: number): SceneLabel[] {
  const sides = [
    ["L", right, -1],
    ["R", right, 1],
    ["front", front, 1],
    ["back", front, -1],
    ["top", up, 1],
    ["bottom", up, -1],
  ] as const;
  return sides.map(([text, [x, y, z], sign]) => {
    const by = sign * 1.1 * radius;
    return { id: `side ${text}`, text, isSide: true, position: [by * x, by * y, by * z] };
  });
}

function minus([a, b, c]: Vector, [x, y, z]: Vector): [number, number, number] {
  return [a - x, b - y, c - z];
}
