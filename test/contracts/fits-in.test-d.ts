import type { FitsIn } from "./fits-in.js";

// What the other files of this folder rely on: that a wrong type does not compile.

interface Expected {
  name: (first: string | number, second?: boolean) => string;
}

export type Fitting = [
  FitsIn<Expected, { name(first: string | number | null): "fixed"; more: number }>,
  // @ts-expect-error A missing name.
  FitsIn<Expected, { other: number }>,
  // @ts-expect-error A method that takes less than is promised.
  FitsIn<Expected, { name(first: string): string }>,
  // @ts-expect-error A method that asks for more than it is promised.
  FitsIn<Expected, { name(first: string | number, second: boolean): string }>,
  // @ts-expect-error A method that gives more than is promised.
  FitsIn<Expected, { name(first: string | number): string | undefined }>,
];
