import { type Context, withStorage } from "../context.js";

export async function ls(context: Context, path: string, node: string): Promise<void> {
  const nodes = await withStorage(context, path, (manager) => manager.listNodes({ where: node }));
  for (const each of nodes)
    await context.print(`${each.path} ${each.kind} ${each.dtype ?? ""} ${each.shape ?? ""}`);
}
