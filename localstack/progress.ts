import ora from 'ora'

/** Progress for people, on the standard error: a spinner on a terminal, else a line every ten seconds. */
export type Progress = {
  /** A step begins; the one before is over. */
  step(text: string): void
  /** Where the step is. */
  update(text: string): void
  done(text: string): void
  fail(text: string): void
  /** A line for good, whatever the step. */
  say(text: string): void
}

const EVERY_MS = 10_000

export const createProgress = (stream: NodeJS.WriteStream = process.stderr): Progress => (stream.isTTY ? spinner(stream) : lines(stream))

const spinner = (stream: NodeJS.WriteStream): Progress => {
  const shown = ora({ stream, discardStdin: false })
  let step = ''
  return {
    step: (text) => {
      step = text
      shown.start(text)
    },
    update: (text) => {
      shown.text = `${step} ${text}`
    },
    done: (text) => void shown.succeed(text),
    fail: (text) => void shown.fail(text),
    say: (text) => {
      shown.clear()
      stream.write(`${text}\n`)
      if (shown.isSpinning) shown.render()
    },
  }
}

const lines = (stream: NodeJS.WritableStream): Progress => {
  let last = 0
  let step = ''
  const say = (text: string): void => void stream.write(`${text}\n`)
  return {
    step: (text) => {
      step = text
      last = Date.now()
      say(`${text}…`)
    },
    update: (text) => {
      if (Date.now() - last < EVERY_MS) return
      last = Date.now()
      say(`  ${step} ${text}`)
    },
    done: (text) => say(text),
    fail: (text) => say(text),
    say,
  }
}
