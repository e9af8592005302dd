import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Whether a process exists. A zombie still exists until its parent reads its status. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Waits until `pid` is gone; false when it is still there after `milliseconds`. */
export const waitUntilGone = async (pid: number, milliseconds: number): Promise<boolean> => {
  const end = Date.now() + milliseconds
  while (isAlive(pid)) {
    if (Date.now() > end) return false
    await delay(20)
  }
  return true
}

/** Signals a process and takes it down if it is still there after `graceMs`. */
export const endProcess = async (pid: number, signal: NodeJS.Signals, graceMs: number): Promise<void> => {
  if (!signalProcess(pid, signal)) return
  if (await waitUntilGone(pid, graceMs)) return
  signalProcess(pid, 'SIGKILL')
  await waitUntilGone(pid, 2000)
}

/** False when there is no such process. */
export const signalProcess = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** Resolves when a child has ended, with what ended it. */
export const exitOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(String(child.exitCode ?? child.signalCode))
    else child.once('exit', (code, signal) => resolve(String(code ?? signal)))
  })

/** Resident memory of a process in bytes; undefined where the system has no `/proc`. */
export const residentBytes = async (pid: number): Promise<number | undefined> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status)
  return found?.[1] === undefined ? undefined : Number(found[1]) * 1024
}
