// Compiles it and what it is made of, and begins.
import { COMPILED, compile } from '../fixtures/compile.js'

compile()
await import(`../../${COMPILED}/test/simulation/main.js`)
