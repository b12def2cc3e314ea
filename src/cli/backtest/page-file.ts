// The file to which a report's page is written. It is checked before any log is read, so that a long backtest does not end without a page, and
// that no log file is overwritten by mistake.
import { constants } from 'node:fs'
import { access, open, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { oneLine } from '../../text.js'

/** The text with which every page begins. */
export const PAGE_START = '<!doctype html>'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'its folder is a file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  EROFS: 'the disk is read-only',
}

/** Checks that a page can be written to a file, and that it would overwrite nothing but a page. @throws an Error that says why not */
export async function checkPageFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') refuse(path, cause)
  })
  if (found?.isDirectory()) refuse(path, Object.assign(new Error(), { code: 'EISDIR' }))
  await access(found === undefined ? dirname(path) : path, constants.W_OK).catch((cause: unknown) =>
    refuse(path, cause),
  )
  // Somebody may write `--html app.log` and mean a file to read.
  if (found?.isFile() && found.size > 0 && !(await isPage(path)))
    refuse(path, new Error('it holds something else, which would be lost'))
}

/** Writes the page. @throws an Error that says why it could not be written */
export async function writePage(path: string, page: string): Promise<void> {
  await writeFile(path, page).catch((cause: unknown) => refuse(path, cause))
}

async function isPage(path: string): Promise<boolean> {
  const file = await open(path).catch((cause: unknown) => refuse(path, cause))
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PAGE_START.length), 0, PAGE_START.length, 0)
    return buffer.toString('latin1', 0, bytesRead).toLowerCase() === PAGE_START
  } finally {
    await file.close()
  }
}

function refuse(path: string, cause: unknown): never {
  const { code = '', message = String(cause) } = Object(cause) as { code?: string; message?: string }
  const reason = reasons[code] ?? oneLine(message)
  throw new Error(`Expected \`${oneLine(path)}\` to be a file that a page can be written to: ${reason}`, {
    cause,
  })
}
