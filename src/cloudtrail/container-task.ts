/** Tasks of containers have IDs of this form; sessions of a task's role are named after the task (ECS Developer Guide, task IAM role). */
export function isTaskId(name: string): boolean {
  return /^[0-9a-f]{32}$/u.test(name);
}

/** What a session of Systems Manager is with: a container is `ecs:CLUSTER_TASK_RUNTIME` to it, which carries ECS's own commands too. */
export function machineOfTarget(target: string): string {
  return /^ecs:.+_([0-9a-f]{32})_[^_]+$/u.exec(target)?.[1] ?? target;
}
