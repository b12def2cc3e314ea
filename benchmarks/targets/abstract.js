// What most transports pay before they do anything: every line split off and parsed.
import build from 'pino-abstract-transport'

export default () => build((source) => void source.on('data', () => {}))
