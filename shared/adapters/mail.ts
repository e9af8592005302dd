import { createTransport } from 'nodemailer'

/** A text in French to one person. */
export type Mail = { to: string; subject: string; text: string }

export type SendMail = (mail: Mail) => Promise<void>

/** `url` is `smtp://user:password@host:port` or `smtps://…`. Rejects when the server did not take the mail within ten seconds. */
export const smtpMailer = (url: string, from: string): SendMail => {
  const transport = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 10_000 })
  return async (mail) => {
    await transport.sendMail({ from, ...mail })
  }
}
