package workshop.wire;

import java.net.SocketAddress;
import java.util.Map;

/** Numbers the senders' connections from 1, by their remote address and port. */
final class Connections {
  private static final int REMEMBERED = 4096;

  private final Map<SocketAddress, Integer> numbers = new Recent<>(REMEMBERED);
  private int last;

  synchronized int number(SocketAddress remote) {
    return numbers.computeIfAbsent(remote, address -> ++last);
  }
}
