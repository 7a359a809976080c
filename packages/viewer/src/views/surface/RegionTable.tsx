import { type ReactNode, useId, useMemo } from "react";
import { regionColour } from "./region-colours.js";
import { type RegionMapping, vertexCounts } from "./region-mapping.js";

interface Props {
  readonly mapping: RegionMapping;
  readonly region: number | undefined;
  readonly setRegion: (region: number | undefined) => void;
}

/** The regions of a mapping, one of which can be chosen: their colours, and how many vertices they have. */
export function RegionTable({ mapping, region, setRegion }: Props): ReactNode {
  const { counts, without } = useMemo(() => vertexCounts(mapping), [mapping]);
  const name = useId();
  return (
    <div className="region-table">
      <table>
        <caption>
          Regions{without > 0 ? `; ${without} vertices are in none and grey` : ""}
          {mapping.unnamed ? `. They have no names here. ${mapping.unnamed}` : ""}
        </caption>
        <thead>
          <tr>
            <th scope="col">Region</th>
            <th scope="col">Vertices</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              <label>
                <input
                  type="radio"
                  name={name}
                  checked={region === undefined}
                  onChange={() => setRegion(undefined)}
                />{" "}
                All regions
              </label>
            </td>
            <td>{mapping.regions.length}</td>
          </tr>
          {mapping.labels.map((label, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: regions are known by their place.
            <tr key={i}>
              <td>
                <label>
                  <input type="radio" name={name} checked={region === i} onChange={() => setRegion(i)} />{" "}
                  <span className="swatch" style={{ background: regionColour(i) }} /> {label}
                </label>
              </td>
              <td>{counts[i]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
