import { expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";

const folder = temporaryFolder();

// Every filter that h5py writes, alone and in rows, on types and values of every kind; prints what h5py reads.
const SCRIPT = `
rng = np.random.default_rng(7)
want = {}
with h5py.File(sys.argv[1], "w", libver=sys.argv[2]) as f:
    def add(name, data, **kwargs):
        f.create_dataset(name, data=data, chunks=(7, 5), **kwargs)
    for t in ("i1", "u1", "<i2", ">u2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8"):
        info = np.iinfo(np.dtype(t))
        for kind, data in (
            ("small", rng.integers(0, min(100, info.max), (23, 12))),
            ("wide", rng.integers(info.min // 2, info.max // 2, (23, 12))),
            ("same", np.full((23, 12), info.min)),
        ):
            data = data.astype(t)
            add(f"scale-{t}-{kind}", data, scaleoffset=0)
            add(f"scale-fill-{t}-{kind}", data, scaleoffset=0, fillvalue=5)
            add(f"shuffle-{t}-{kind}", data, shuffle=True, fletcher32=True)
            add(f"lzf-{t}-{kind}", data, compression="lzf", shuffle=True, fletcher32=True)
            add(f"gzip-{t}-{kind}", data, compression="gzip", scaleoffset=0, shuffle=True)
    for t in ("<f4", ">f4", "<f8", ">f8"):
        for digits in (0, 3, 5):
            add(f"scale-{t}-{digits}", rng.normal(size=(23, 12)).astype(t) * 100, scaleoffset=digits)
            add(f"scale-fill-{t}-{digits}", rng.normal(size=(23, 12)).astype(t), scaleoffset=digits, fillvalue=2.5)
    for size in (1, 3, 5, 6, 12):
        add(f"odd-{size}", np.array([["x" * (i % size) for i in range(12)]] * 23, f"S{size}"), shuffle=True, compression="gzip")
with h5py.File(sys.argv[1]) as f:
    for name in f:
        data = f[name][...]
        if data.dtype.kind == "S":
            want[name] = [x.decode() for x in data.ravel()]
        else:
            want[name] = [str(x) if data.dtype.kind != "f" else float(x).hex() for x in data.ravel().tolist()]
print(json.dumps(want))
`;

/** As Python's float.hex, which is exact. */
function hexOf(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0x0.0p+0" : "0x0.0p+0";
  let exponent = Math.floor(Math.log2(Math.abs(value)));
  let mantissa = Math.abs(value) / 2 ** exponent;
  if (mantissa >= 2) {
    mantissa /= 2;
    exponent += 1;
  } else if (mantissa < 1) {
    mantissa *= 2;
    exponent -= 1;
  }
  const digits = BigInt((mantissa - 1) * 2 ** 52)
    .toString(16)
    .padStart(13, "0");
  return `${value < 0 ? "-" : ""}0x1.${digits}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}

describeWith(h5py)("data behind the filters of h5py", () => {
  it.each([["earliest"], ["latest"]])("are what h5py reads, libver=%s", async (libver) => {
    const path = folder(`${libver}.h5`);
    const expected: Record<string, string[]> = JSON.parse(runPython(SCRIPT, path, libver));
    expect(Object.keys(expected).length).toBeGreaterThan(170);
    const m = new HDF5StorageManager(path);
    const wrong: string[] = [];
    for (const [name, values] of Object.entries(expected)) {
      const { dtype, data } = await m.getData(name);
      const found = Array.from<unknown>(data as ArrayLike<unknown>).map((value) =>
        dtype.startsWith("float") ? hexOf(Number(value)) : String(value),
      );
      if (JSON.stringify(found) !== JSON.stringify(values))
        wrong.push(`${name}: ${found.slice(0, 3)} for ${values.slice(0, 3)}`);
    }
    expect(wrong).toEqual([]);
    expect(await verify(path)).toEqual([]);
  });
});
