package workshop.wire;

import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** Numbers the senders' connections from 1, by their remote address and port. */
final class Connections {
  private static final int REMEMBERED = 4096;

  private final Map<SocketAddress, Integer> numbers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SocketAddress, Integer> eldest) {
          return size() > REMEMBERED;
        }
      };
  private int last;

  synchronized int number(SocketAddress remote) {
    return numbers.computeIfAbsent(remote, address -> ++last);
  }
}
