import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

test("npm start -- django runs the site with its engine, and ends with both", {
  // The virtual environment is made the first time.
  timeout: 300_000,
}, async () => {
  const args = ["scripts/start.js", "django", "--port", "0", "--engine-port", "0"]
  const start = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  const ended = once(start, "close")
  try {
    const [url, engine] = await new Promise<readonly string[]>((resolve, reject) => {
      let output = ""
      const read = (chunk: Buffer): void => {
        output += chunk
        const site = output.match(/The shop is at (http:\S+) /)
        const serving = output.match(/"url":"(http:[^"]+)".*"msg":"serving"/)
        if (site?.[1] && serving?.[1] && output.includes("Quit the server"))
          resolve([site[1], serving[1]])
      }
      start.stdout.on("data", read)
      start.stderr.on("data", read)
      start.on("close", (code) => reject(new Error(`It ended with ${code}: ${output}`)))
    })
    const page = await fetch(String(url))
    expect(page.status).toBe(200)
    expect(await page.text()).toContain("Who are you?")
    expect((await fetch(`${engine}/api/info`, { method: "POST" })).status).toBe(401)
    start.kill("SIGINT")
    expect((await ended)[0]).toBe(0)
    await expect(fetch(String(url))).rejects.toThrow()
    await expect(fetch(String(engine))).rejects.toThrow()
  } finally {
    start.kill("SIGTERM")
    await ended
  }
})
