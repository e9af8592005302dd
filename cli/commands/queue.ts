import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SendMessageCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs'
import { Command } from 'commander'
import { deadLetterArn, queueUrlOf } from '../../shared/adapters/queue-depths.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { QUEUES, type QueueName } from '../../shared/domain/messages.ts'
import { giveLocalCredentials } from '../operator.ts'
import { print } from '../output.ts'
import { REGION } from '../platform.ts'
import { readStackFile, type StackFile } from '../stack-file.ts'

type Options = { json?: boolean; stack?: string }

/** `sf queue redrive`: gives back to a queue the messages that were set aside after three failures. */
export const queueCommand = (): Command => {
  const queue = new Command('queue').description('messages set aside after three failures')
  queue
    .command('redrive')
    .argument('<name>', QUEUES.join(', '))
    .description('give back to a queue what its dead-letter queue holds')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action(async (name: string, options: Options) => {
      const known = QUEUES.find((candidate) => candidate === name)
      if (known === undefined) throw new AppError('INPUT_INVALID', `La file « ${name} » est inconnue : ${QUEUES.join(', ')}.`)
      const stack = await readStackFile(options.stack)
      giveLocalCredentials(stack)
      const result = await redrive(stack, known)
      print(options.json, { queue: name, ...result }, () => [
        result.task === undefined ? `${result.moved} message(s) remis dans la file ${name}` : `remise en file de ${name} demandée : ${result.task}`,
      ])
    })
  return queue
}

/** `task`: SQS moves the messages by itself; else they were moved one by one, each sent before it is deleted. Throws `QUEUE_DOWN`. */
export const redrive = async (stack: StackFile, name: QueueName): Promise<{ task?: string; moved: number }> => {
  const url = stack.queues?.[name]
  if (url === undefined) throw new AppError('INPUT_INVALID', `L’adresse de la file ${name} n’est pas connue.`)
  const client = new SQSClient({ region: REGION, ...(stack.sqs ? { endpoint: stack.sqs } : {}) })
  try {
    const arn = await deadLetterArn(client, name, url)
    const task = await startMove(client, arn)
    if (task !== undefined) return { task, moved: 0 }
    return { moved: await moveAll(client, stack.deadLetters?.[name] ?? (await queueUrlOf(client, arn)), url) }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('QUEUE_DOWN', `La file ${name} ne répond pas.`, { cause })
  } finally {
    client.destroy()
  }
}

/** The task of a server that moves messages by itself; nothing where it does not know how, as the local one. */
const startMove = async (client: SQSClient, arn: string): Promise<string | undefined> => {
  try {
    return (await client.send(new StartMessageMoveTaskCommand({ SourceArn: arn }))).TaskHandle
  } catch (error) {
    if (error instanceof Error && UNKNOWN_ACTION.test(error.name)) return undefined
    throw error
  }
}

const UNKNOWN_ACTION = /InvalidAction|UnknownOperation|UnsupportedOperation|NotImplemented/

/** One by one, for a server that cannot move them by itself. A FIFO message keeps its group; its deduplication id is new, or it would be dropped. */
const moveAll = async (client: SQSClient, from: string, to: string): Promise<number> => {
  let moved = 0
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['MessageGroupId'], VisibilityTimeout: 60 }),
    )
    if (Messages.length === 0) return moved
    for (const message of Messages) {
      await client.send(new SendMessageCommand({ QueueUrl: to, MessageBody: message.Body ?? '', ...fifoOf(message) }))
      await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle ?? '' }))
      moved++
    }
  }
}

const fifoOf = ({ Attributes, MessageId = '' }: Message): { MessageGroupId?: string; MessageDeduplicationId?: string } =>
  Attributes?.MessageGroupId === undefined ? {} : { MessageGroupId: Attributes.MessageGroupId, MessageDeduplicationId: `redrive:${MessageId}:${Date.now()}` }
