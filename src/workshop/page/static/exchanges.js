// The newest exchanges, in the order of their numbers.

const MOST = 5000;

export class Exchanges {
  list = [];
  #numbers = new Set();

  /** False if it is already there. */
  add(exchange) {
    if (this.#numbers.has(exchange.number)) return false;
    this.#numbers.add(exchange.number);
    let at = this.list.length;
    while (at > 0 && this.list[at - 1].number > exchange.number) at--; // they may be out of order
    this.list.splice(at, 0, exchange);
    return true;
  }

  /** Deletes the oldest as the server does: what it has deleted cannot be opened. */
  trim(dropped) {
    let gone = Math.max(0, this.list.length - MOST);
    while (gone < this.list.length && this.list[gone].number <= dropped) gone++;
    this.list.splice(0, gone).forEach(({number}) => this.#numbers.delete(number));
  }
}
