import t from 'tap'
import { MemoryBeats } from '../../../src/store/memory/memory-beats.js'
import { beatsContract } from '../../fixtures/beats-contract.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

await beatsContract(t, async () => {
  const clock = fakeClock()
  return { beats: new MemoryBeats(clock), advance: clock.advance }
})
