import { parentPort, workerData } from "node:worker_threads"
import { HistoryFile } from "./history-file.js"
import type { Answer, Request } from "./records.js"

// The thread in which a history file is read and written: requests are answered one after the other.

function answerOf(file: HistoryFile, request: Request): Answer {
  switch (request.ask) {
    case "load":
      return { kind: "loaded", streams: file.load(request.channels, Date.now()) }
    case "commit":
      file.commit(request.records)
      return { kind: "done" }
    case "sweep":
      file.sweep(request.sweep)
      return { kind: "done" }
    case "invalidate":
      file.invalidate(request.record)
      return { kind: "done" }
    case "close":
      file.close()
      return { kind: "done" }
  }
}

function attempt(answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    return { kind: "failed", problem: error instanceof Error ? error.message : String(error) }
  }
}

function run(path: string): void {
  const say = (answer: Answer): void => parentPort?.postMessage(answer)
  let opened: HistoryFile | undefined
  const opening = attempt(() => {
    const { file, damaged } = HistoryFile.open(path)
    opened = file
    const [keys, invalidations] = [file.keys(Date.now()), file.invalidations()]
    return { kind: "opened", damaged, keys, invalidations }
  })
  say(opening)
  const file = opened
  if (file === undefined) return
  parentPort?.on("message", (request: Request) => {
    say(attempt(() => answerOf(file, request)))
    if (request.ask === "close") parentPort?.close()
  })
}

run(String(workerData))
