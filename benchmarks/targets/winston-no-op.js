// The floor of winston: a transport that lets every line go.
import Transport from 'winston-transport'

export default class NoOp extends Transport {
  log(_info, next) {
    next()
  }
}
