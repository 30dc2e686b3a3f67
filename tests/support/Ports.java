package support;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Ports that nothing listens on. The system gives them to nobody, so that they stay free until a
 * test uses them, also while other tests start servers and clients.
 */
public final class Ports {
  private static final int FIRST = 20_000;

  /** From here on, Linux chooses the port of a client, or of a server that asks for any. */
  private static final int END = 32_768;

  private static final Random RANDOM = new Random();
  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  /** Each call returns another one. */
  public static synchronized int unused() {
    return RANDOM
        .ints(FIRST, END)
        .filter(port -> isFree(port) && GIVEN.add(port))
        .findFirst()
        .getAsInt();
  }

  public static List<Integer> unused(int count) {
    return IntStream.range(0, count).mapToObj(i -> unused()).toList();
  }

  private static boolean isFree(int port) {
    try {
      new ServerSocket(port).close();
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
