import { readdir, readFile } from 'node:fs/promises';

/** What a part of the system has used up to now. */
export interface Usage {
  readonly cpuS: number;
  readonly memoryMib: number;
}

/** Linux counts processor time in hundredths of a second (USER_HZ). */
const ticksPerS = 100;

/** Processor time and memory (proportional set size) of a process and all its descendants. */
export async function usageOf(pid: number): Promise<Usage> {
  const pids = await familyOf(pid);
  const usages = await Promise.all(pids.map(usageOfOne));
  return {
    cpuS: usages.reduce((sum, usage) => sum + usage.cpuS, 0),
    memoryMib: usages.reduce((sum, usage) => sum + usage.memoryMib, 0),
  };
}

/** The share of the machine's processors that was busy since it started, in seconds: ours and everybody's. */
export async function machineBusyS(): Promise<number> {
  const [, ...numbers] = ((await readFile('/proc/stat', 'utf8')).split('\n')[0] ?? '').trim().split(/\s+/u);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = numbers.map(Number);
  return (user + nice + system + irq + softirq) / ticksPerS;
}

async function familyOf(root: number): Promise<readonly number[]> {
  const children = new Map<number, number[]>();
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const parent = (await statOf(pid))?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const family = [root];
  for (const pid of family) family.push(...(children.get(pid) ?? []));
  return family;
}

async function usageOfOne(pid: number): Promise<Usage> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const pssKib = Number(/^Pss:\s+(\d+) kB$/mu.exec(rollup)?.[1] ?? 0);
  return { cpuS: (await statOf(pid))?.cpuS ?? 0, memoryMib: pssKib / 1024 };
}

async function statOf(pid: number): Promise<{ readonly parent: number; readonly cpuS: number } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The command's name may hold spaces and stands in brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), cpuS: (Number(fields[11]) + Number(fields[12])) / ticksPerS };
}
