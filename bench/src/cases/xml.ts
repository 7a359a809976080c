import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { XMLReader, XMLWriter } from "@tvb-storage/xml-meta";
import { type CallCase, type Context, sizeOf } from "../bench-case.js";
import { expectEqual } from "../signal.js";

// The metadata files of a project.

function xmlPath(folder: string, i: number): string {
  return `${folder}/Operation_${i}.xml`;
}

/** Similar to the metadata file of an operation; the Python peer writes the same. */
function operation(i: number): Record<string, string | number | boolean | null> {
  return {
    gid: `00112233-4455-6677-8899-${String(i).padStart(12, "0")}`,
    user_group: 'a <group> & its "name"',
    parameters: `{"simulation_length": ${i}, "integrator": "HeunDeterministic", "coupling": [0.1, 0.2]}`,
    create_date: "2024-02-27 15:11:16.101258",
    start_date: "2024-02-27 15:11:17.000001",
    completion_date: "2024-02-27 15:12:16.999999",
    status: "5-FINISHED",
    visible: true,
    estimated_disk_size: i * 17,
    range_values: null,
    additional_info: "naïve ☃ text of some length, as users write it into a description field",
    fk_launched_by: 1,
  };
}

async function writeXml(context: Context, folder: string): Promise<void> {
  for (let i = 0; i < sizeOf(context, "files"); i++)
    await new XMLWriter(operation(i), context.options).writeMetadataInXml(xmlPath(folder, i));
}

const sizes = { full: { files: 1000 }, quick: { files: 100 } };

export const cases: readonly CallCase[] = [
  {
    ...sizes,
    name: "xml-write",
    title: "write 1,000 XML files, each synced and renamed",
    rounds: 11,
    python: ["minidom"],
    limits: [{ measure: "ms", peer: "minidom", atMost: { warm: 1.1, fresh: 1.5 } }],
    ours: (context) => {
      const folder = `${context.folder}/xml`;
      return {
        prepare: () => {
          rmSync(folder, { recursive: true, force: true });
          mkdirSync(folder);
        },
        run: () => writeXml(context, folder),
        check: () => {
          if (
            !readFileSync(xmlPath(folder, 7), "utf8").includes(
              "\t<estimated_disk_size>119</estimated_disk_size>\n",
            )
          )
            throw new Error("a file lacks its key");
        },
      };
    },
  },
  {
    ...sizes,
    name: "xml-parse",
    title: "parse 1,000 XML files",
    rounds: 11,
    python: ["minidom"],
    limits: [{ measure: "ms", peer: "minidom", atMost: { warm: 0.8, fresh: 1.2 } }],
    setup: (context) => writeXml(context, context.shared),
    ours: (context) => {
      let last: Record<string, unknown> = {};
      return {
        run: async () => {
          for (let i = 0; i < sizeOf(context, "files"); i++)
            last = await new XMLReader(xmlPath(context.shared, i), context.options).readMetadataFromXml();
        },
        check: () =>
          expectEqual("estimated_disk_size", last.estimated_disk_size, (sizeOf(context, "files") - 1) * 17),
      };
    },
  },
];
