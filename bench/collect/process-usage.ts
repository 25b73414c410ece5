import { readdir, readFile } from 'node:fs/promises';

/** What a part of the system has used up to now. */
export interface Usage {
  readonly cpuS: number;
  readonly memoryMib: number;
}

/** Linux counts processor time in hundredths of a second (USER_HZ). */
const ticksPerS = 100;

/** Processor time and memory (proportional set size) of a process and all its descendants. Memory takes the kernel milliseconds a process. */
export async function usageOf(pid: number): Promise<Usage> {
  const pids = await familyOf(pid);
  const memories = await Promise.all(pids.map(memoryMibOf));
  return { cpuS: await cpuSOf(pids), memoryMib: memories.reduce((sum, each) => sum + each, 0) };
}

/** Processor time alone: what measures often must not take what it measures. */
export async function cpuSOf(pids: readonly number[]): Promise<number> {
  return (await Promise.all(pids.map(cpuSOfOne))).reduce((sum, each) => sum + each, 0);
}

/** The share of the machine's processors that was busy since it started, in seconds: ours and everybody's. */
export async function machineBusyS(): Promise<number> {
  const [, ...numbers] = ((await readFile('/proc/stat', 'utf8')).split('\n')[0] ?? '').trim().split(/\s+/u);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = numbers.map(Number);
  return (user + nice + system + irq + softirq) / ticksPerS;
}

/** A process and all its descendants, as they are now. */
export async function familyOf(root: number): Promise<number[]> {
  const family = [root];
  for (const pid of family) family.push(...(await childrenOf(pid)));
  return family;
}

/** As each of its threads has started them; none where it has ended. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''));
  return (await Promise.all(lists)).flatMap((list) => list.trim().split(' ').filter(Boolean).map(Number));
}

async function memoryMibOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/mu.exec(rollup)?.[1] ?? 0) / 1024;
}

async function cpuSOfOne(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return 0;
  // The command's name may hold spaces and stands in brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerS;
}
