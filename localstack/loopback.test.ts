import { expect, test } from 'vitest'
import { startLoopbackFauxqs } from './loopback.ts'

test('the emulator of SQS and S3 listens on this machine alone', async () => {
  const server = await startLoopbackFauxqs({ port: 0, logger: false })
  try {
    expect(new URL(server.address).hostname).toBe('127.0.0.1')
    expect((await fetch(`http://127.0.0.1:${server.port}/health`)).ok).toBe(true)
  } finally {
    await server.stop()
  }
})
