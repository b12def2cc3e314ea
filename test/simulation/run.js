// Compiles the simulation and what it is made of, and begins.
import { compile } from '../fixtures/compile.js'

await import(`../../${compile('simulation')}/test/simulation/main.js`)
