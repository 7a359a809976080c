import { type Content, type ProjectCall, PUT_TIME, type Step } from "./project-call.js";

/** Steps as TypeScript, where `fs`, `folder` and the layout `projects` are known. */
export function stepCode(step: Step, folder: string): string {
  const text = (value: unknown): string => code(value, folder);
  if ("method" in step) return callCode(step, folder);
  const path = text(step.path);
  const parent = `fs.mkdirSync(dirname(${path}), { recursive: true }); `;
  switch (step.put) {
    case "folder":
      return `fs.mkdirSync(${path}, { recursive: true });${modeCode(path, step.mode)}`;
    case "file":
      return `${parent}fs.writeFileSync(${path}, ${contentCode(step.content)});${modeCode(path, step.mode)} fs.utimesSync(${path}, ${PUT_TIME}, ${PUT_TIME});`;
    case "link":
      return `${parent}fs.symlinkSync(${text(step.target)}, ${path});`;
    case "hardLink":
      return `${parent}fs.linkSync(${text(step.existing)}, ${path});`;
  }
}

function modeCode(path: string, mode: number | undefined): string {
  return mode === undefined ? "" : ` fs.chmodSync(${path}, 0o${mode.toString(8)});`;
}

function contentCode(content: Content): string {
  return typeof content === "string"
    ? JSON.stringify(content)
    : `Uint8Array.from({ length: ${content} }, (_, i) => (i * 7 + ${content}) % 251)`;
}

function callCode(call: ProjectCall, folder: string): string {
  const args =
    call.method === "copyFile" ? copyArguments(call.args, folder) : call.args.map((arg) => code(arg, folder));
  const layout = call.by === "second" ? "second" : "projects";
  const circumstances = [
    ...(call.syncing === undefined ? [] : [`isSyncing says yes ${call.syncing}`]),
    ...(call.faults ?? []).map(
      ({ calls, name, at, errno }) =>
        `${at === undefined ? "every" : `the ${at}.`} ${calls.join(" or ")}${name === undefined ? "" : ` of ${name}`} fails with ${errno}`,
    ),
  ];
  const remark = circumstances.length === 0 ? "" : ` // while ${circumstances.join(", and ")}`;
  return `await ${layout}.${call.method}(${args.join(", ")});${remark}`;
}

function copyArguments(
  [source, dest, settings]: Extract<ProjectCall, { method: "copyFile" }>["args"],
  folder: string,
): string[] {
  const from =
    typeof source === "string"
      ? code(source, folder)
      : `streamOf(${JSON.stringify(source.gives)}${source.last === undefined ? "" : ", fails at the end"}${source.slow === true ? ", slowly" : ""}${source.used === true ? ", destroyed before" : ""})`;
  const to =
    typeof dest === "string"
      ? code(dest, folder)
      : `streamTo(${[
          ...(dest.failsAt === undefined ? [] : [`fails at chunk ${dest.failsAt}`]),
          ...(dest.slow === true ? ["slow"] : []),
          ...(dest.used === true ? ["ended before"] : []),
        ].join(", ")})`;
  if (settings === undefined) return [from, to];
  const { abort, listener, ...options } = settings;
  const entries = Object.entries(options).map(([key, value]) => `${key}: ${code(value, folder)}`);
  if (abort === "before") entries.push("signal: AbortSignal.abort(reason)");
  else if (abort !== undefined)
    entries.push(
      `signal: controller.signal`,
      `onProgress: (done) => { if (done >= ${abort}) controller.abort(reason); }`,
    );
  if (listener === "throws") entries.push('onProgress: () => { throw new Error("the listener\'s own") }');
  return [from, to, `{ ${entries.join(", ")} }`];
}

function code(value: unknown, folder: string): string {
  if (typeof value === "string" && value.startsWith(`${folder}/`))
    return `\`\${folder}${value.slice(folder.length).replaceAll(/[\\`$]/g, "\\$&")}\``;
  if (Array.isArray(value)) return `[${value.map((inner) => code(inner, folder)).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)}: ${code(inner, folder)}`)
      .join(", ")} }`;
  return value === undefined || typeof value === "number"
    ? String(value)
    : (JSON.stringify(value) ?? String(value));
}
