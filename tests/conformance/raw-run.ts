import { Writable } from 'node:stream'
import * as z from 'zod'
import { parseFileWith } from '../../cli/commands/parse-file.ts'

const Report = z.object({
  parserCode: z.string(),
  event: z.object({
    batchKey: z.string(),
    headFatal: z.array(z.string()),
    headRejected: z.array(z.string()),
    isFatal: z.boolean(),
    linesParsed: z.int(),
    linesRejected: z.int(),
    linesSkipped: z.int(),
    linesValid: z.int(),
    summary: z.string(),
  }),
})

export type RawRun = {
  status: number
  tuples: Record<string, unknown>[]
  event: z.infer<typeof Report>
  stdout: string
  stderr: string
}

/** Runs `parse-file` in this process. */
export const runParseFile = async (args: readonly string[]): Promise<RawRun> => {
  const [stdout, stderr] = [collector(), collector()]
  const status = await parseFileWith(args, stdout.stream, stderr.stream)
  const tuples = stdout.text().split('\n').filter(Boolean)
  return {
    status,
    tuples: tuples.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line))),
    event: Report.parse(JSON.parse(stderr.text())),
    stdout: stdout.text(),
    stderr: stderr.text(),
  }
}

const collector = () => {
  let all = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      all += String(chunk)
      done()
    },
  })
  return { stream, text: () => all }
}
