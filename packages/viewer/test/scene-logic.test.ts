import { describe, expect, it } from "vitest";
import { countAbove, edgesOf } from "../src/views/connectivity/graph.js";
import { anatomyOf, boundsOf, RAS } from "../src/views/scene/anatomy.js";
import {
  CAMERA_VIEWS,
  directionOf,
  keyedView,
  viewFrom,
  viewOf,
  viewText,
} from "../src/views/scene/camera-view.js";

describe("the axes of a brain", () => {
  it("are found by its hemispheres", () => {
    // Left at y = 40, right at y = -40: the front is x then.
    const points = [0, 40, 0, 5, 40, 1, 0, -40, 0, 5, -40, 1];
    expect(anatomyOf(points, [0, 0, 1, 1])).toEqual({
      right: [0, -1, 0],
      front: [1, 0, 0],
      up: [0, 0, 1],
      known: true,
    });
    expect(anatomyOf([-3, 1, 2, 4, 1, 2], [0, 1])).toEqual({ ...RAS, known: true });
  });

  it("are those of RAS where nothing says which side is right", () => {
    expect(anatomyOf([1, 2, 3], undefined)).toBe(RAS);
    expect(anatomyOf([1, 2, 3, 4, 5, 6], [1, 1])).toBe(RAS);
  });

  it("have a middle and a radius, without the points that have no position", () => {
    expect(boundsOf([0, 0, 0, 6, 8, 0, Number.NaN, 900, 1])).toEqual({ centre: [3, 4, 0], radius: 5 });
    expect(boundsOf([])).toEqual({ centre: [0, 0, 0], radius: 1 });
  });
});

describe("the camera", () => {
  it("is at the side that its view names", () => {
    const near = (view: keyof typeof CAMERA_VIEWS) =>
      directionOf(CAMERA_VIEWS[view], RAS).map((each) => Math.round(each * 1000) / 1000 + 0);
    expect(near("Right")).toEqual([1, 0, 0]);
    expect(near("Left")).toEqual([-1, 0, 0]);
    expect(near("Front")).toEqual([0, 1, 0]);
    expect(near("Back")).toEqual([0, -1, 0]);
    expect(near("Top")).toEqual([0, 0, 1]);
  });

  it("has its view in the address", () => {
    const view = { azimuth: 123.4, elevation: -30, zoom: 1.5 };
    expect(viewText(view)).toBe("123.4,-30,1.5");
    expect(viewOf("123.4,-30,1.5", CAMERA_VIEWS.Top)).toEqual(view);
    expect(viewOf("-90,100,1000", CAMERA_VIEWS.Left)).toEqual({ azimuth: 270, elevation: 90, zoom: 50 });
    for (const text of [undefined, "", "1,2", "a,b,c"])
      expect(viewOf(text, CAMERA_VIEWS.Top)).toBe(CAMERA_VIEWS.Top);
    const { azimuth, elevation, zoom } = viewFrom(directionOf(view, RAS), RAS, 1.5);
    expect([azimuth, elevation, zoom].map((each) => Math.round(each * 10) / 10)).toEqual([123.4, -30, 1.5]);
  });

  it("turns and zooms by keys", () => {
    const view = { azimuth: 5, elevation: 85, zoom: 2 };
    expect(keyedView(view, "ArrowLeft")).toEqual({ azimuth: 355, elevation: 85, zoom: 2 });
    expect(keyedView(view, "ArrowUp")).toEqual({ azimuth: 5, elevation: 90, zoom: 2 });
    expect(keyedView(view, "+")).toEqual({ azimuth: 5, elevation: 85, zoom: 2.5 });
    expect(keyedView(view, "Tab")).toBeUndefined();
  });
});

describe("edges", () => {
  const connections = {
    source: Uint32Array.of(0, 1, 2, 0),
    target: Uint32Array.of(1, 2, 0, 2),
    weight: Float64Array.of(-9, 5, 5, 1),
    possible: 6,
  };

  it("are those whose weight is above the threshold", () => {
    expect([0, 1, 4.9, 5, 9].map((threshold) => countAbove(connections, threshold))).toEqual([4, 3, 3, 1, 0]);
  });

  it("are those of a region in both directions", () => {
    expect(edgesOf(connections, 3, undefined)).toEqual([0, 1, 2]);
    expect(edgesOf(connections, 4, 2)).toEqual([1, 2, 3]);
    expect(edgesOf(connections, 1, 2)).toEqual([]);
  });
});
