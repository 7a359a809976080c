import { useFrame, useThree } from "@react-three/fiber";
import { useEffect, useRef } from "react";
import { type DirectionalLight, OrthographicCamera } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import type { Anatomy } from "./anatomy.js";
import { type CameraView, directionOf, viewFrom } from "./camera-view.js";

interface Props {
  readonly anatomy: Anatomy;
  /** Of what is seen around the origin. */
  readonly radius: number;
  readonly view: CameraView;
  /** After the user has moved the camera. */
  readonly onMoved: (view: CameraView) => void;
}

/** What is around all of it, so that labels fit. */
const MARGIN = 1.2;
/** What is seen of how a surface is inclined; both together are 1, so that what faces the camera has its own colour. */
const LIGHT = { ambient: 0.45 * Math.PI, fromCamera: 0.55 * Math.PI };

/** The camera, which the pointer turns and the wheel moves nearer, and a light that is where it is. */
export function CameraControls({ anatomy, radius, view, onMoved }: Props): React.ReactNode {
  const { camera, gl, size, invalidate, setEvents } = useThree();
  const light = useRef<DirectionalLight>(null);
  const pixels = Math.min(size.width, size.height) / (2 * MARGIN * radius);
  const moved = useRef(onMoved);
  moved.current = onMoved;

  useEffect(() => {
    camera.up.set(...anatomy.up);
    const controls = new OrbitControls(camera, gl.domElement);
    controls.enablePan = false;
    // What is below the pointer is not searched for while the camera turns: that takes long in a large mesh.
    let isHeld = false;
    controls.addEventListener("start", () => {
      isHeld = true;
    });
    controls.addEventListener("change", () => {
      if (isHeld) setEvents({ enabled: false });
      invalidate();
    });
    controls.addEventListener("end", () => {
      isHeld = false;
      setEvents({ enabled: true });
      const { x, y, z } = camera.position;
      moved.current(viewFrom([x, y, z], anatomy, camera.zoom / pixels));
    });
    return () => controls.dispose();
  }, [camera, gl, anatomy, pixels, invalidate, setEvents]);

  const { azimuth, elevation, zoom } = view;
  useEffect(() => {
    if (!(camera instanceof OrthographicCamera)) return; // there is no other one here
    const [x, y, z] = directionOf({ azimuth, elevation, zoom }, anatomy);
    camera.position.set(x, y, z).multiplyScalar(4 * radius);
    camera.up.set(...anatomy.up);
    camera.near = radius;
    camera.far = 7 * radius;
    camera.zoom = zoom * pixels;
    camera.lookAt(0, 0, 0);
    camera.updateProjectionMatrix();
    invalidate();
  }, [camera, anatomy, radius, azimuth, elevation, zoom, pixels, invalidate]);

  useFrame(() => {
    light.current?.position.copy(camera.position);
  });
  return (
    <>
      <ambientLight intensity={LIGHT.ambient} />
      <directionalLight ref={light} intensity={LIGHT.fromCamera} />
    </>
  );
}
