// What came from log lines, made fit for a terminal.

/** On one line, without escape sequences, control characters and marks that could forge or hide text; cut at `maxLength`. */
export function visibleText(text: string, maxLength: number = 300): string {
  const plain = text
    // Sequences that set colours and move the cursor, and those that set titles and links.
    .replace(/(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g, '')
    .replace(/(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .trim()
  const characters = [...plain]
  return characters.length <= maxLength ? plain : `${characters.slice(0, maxLength - 1).join('')}…`
}
