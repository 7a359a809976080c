import { type Sink, TEXT_COST } from "../data/element-sink.js";
import type { Datatype } from "../datatypes/datatype.js";
import type { StructureFile } from "../headers/structure-file.js";
import { GlobalHeap } from "../heaps/global-heap.js";

/** Keeps nothing of the elements, and looks whether what those of variable length refer to is there. */
export class CheckSink implements Sink {
  readonly elementSize: number;
  readonly elementCost: number;
  readonly #heap: GlobalHeap;
  readonly #type: Datatype;
  readonly #refers: boolean;

  constructor(file: StructureFile, type: Datatype) {
    this.elementSize = type.size;
    this.#heap = new GlobalHeap(file);
    this.#type = type;
    this.#refers = refers(type);
    this.elementCost = this.#refers ? Math.max(type.size, TEXT_COST) : type.size;
  }

  memory(): undefined {
    return undefined;
  }

  /** @throws FileStorageException a reference leads to nothing. */
  put(bytes: Uint8Array, at: number, step: number, count: number): void {
    if (!this.#refers) return;
    for (let element = 0; element < count; element++) this.#check(this.#type, bytes, at + element * step);
  }

  #check(type: Datatype, bytes: Uint8Array, at: number): void {
    switch (type.class) {
      case "vlen":
        this.#heap.element(bytes, type.base.size, at);
        break;
      case "vlen-string":
        this.#heap.element(bytes, 1, at);
        break;
      case "compound":
        for (const member of type.members)
          if (refers(member.type)) this.#check(member.type, bytes, at + member.offset);
        break;
      case "array":
        for (let inner = 0; inner < type.size; inner += Math.max(1, type.base.size))
          this.#check(type.base, bytes, at + inner);
        break;
      default:
    }
  }
}

/** Whether elements of the type refer to the global heap. */
function refers(type: Datatype): boolean {
  if (type.class === "compound") return type.members.some((member) => refers(member.type));
  return (
    type.class === "vlen" || type.class === "vlen-string" || (type.class === "array" && refers(type.base))
  );
}
