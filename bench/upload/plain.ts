/** The baseline: the library with its own file store on `node:http`, nothing else. Argument: directory. Prints the address of its collection. */
import { createServer } from 'node:http'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const tus = new Server({ path: '/files', datastore: new FileStore({ directory: process.argv[2] ?? '' }), relativeLocation: true })
const server = createServer((incoming, outgoing) => void tus.handle(incoming, outgoing))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address !== 'string') process.stdout.write(`http://127.0.0.1:${address.port}/files\n`)
})
