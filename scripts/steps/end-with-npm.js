/**
 * Ends this process as SIGTERM does when the shell that npm started it in is gone. npm passes a
 * signal to that shell only, and dash dies of it alone: a server would stay behind.
 */
export function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, "SIGTERM")
  }, 250)
  watch.unref()
}
