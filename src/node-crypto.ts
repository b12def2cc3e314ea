// Node's cryptography, loaded at its first use: that takes some milliseconds, and nothing is hashed until there is an error.
export function nodeCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto')
}
