package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code --bind} accepts, what it listens on, and which addresses it prints. */
class AddressesTest {
  @Test
  void writesAHostAsAUrlHasIt() {
    Map<String, String> hosts =
        Map.of(
            "127.0.0.1", "127.0.0.1",
            "127.0.0.2", "127.0.0.2",
            "127.1", "127.0.0.1",
            "localhost", "localhost",
            "::1", "[::1]",
            "[::1]", "[::1]",
            "0:0:0:0:0:0:0:1", "[::1]",
            "::ffff:127.0.0.1", "127.0.0.1");
    hosts.forEach((text, host) -> assertThat(hosts(text)).as(text).containsExactly(host));
  }

  @Test
  void namesOneAddressForEachInterface() throws Exception {
    long interfaces =
        NetworkInterface.networkInterfaces()
            .filter(each -> each.inetAddresses().count() > 0)
            .count();

    for (String any : List.of("0.0.0.0", "0", "::", "[::]")) {
      List<String> hosts = hosts(any);
      assertThat(hosts.get(0)).isIn("127.0.0.1", "[::1]");
      assertThat(hosts).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo((int) interfaces);
      assertThat(hosts).noneMatch(host -> host.contains("%") || host.startsWith("[fe80"));
    }
    assertThat(hosts("0.0.0.0")).allMatch(host -> host.matches("[0-9.]+"));
  }

  @Test
  void rejectsWhatIsNoAddressOfThisMachine() {
    Map<String, String> wrong =
        Map.of(
            "", "unknown address ",
            " ", "unknown address  ",
            "no.such.name.invalid", "unknown address no.such.name.invalid",
            "1.2.3.4.5", "unknown address 1.2.3.4.5",
            "203.0.113.7", "203.0.113.7 is not an address of this machine; use one of ",
            "2001:db8::7", "2001:db8::7 is not an address of this machine; use one of ",
            "224.0.0.1", "224.0.0.1 is not an address of this machine; use one of ",
            "255.255.255.255", "255.255.255.255 is not an address of this machine; use one of ",
            "fe80::1", "fe80::1 is a link-local address. Browsers and exporters accept none in a");
    wrong.forEach(
        (text, message) ->
            assertThatThrownBy(() -> Addresses.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message));
  }

  @Test
  void listensOnAllOfIpv4AndNothingElse() throws Exception {
    try (Backend backend = start("0.0.0.0")) {
      for (int port : List.of(backend.grpcPort(), backend.httpPort())) {
        for (String host : hosts("0.0.0.0")) {
          connect(host, port);
        }
        assertThatThrownBy(() -> connect("::1", port)).isInstanceOf(ConnectException.class);
      }
    }
  }

  @Test
  void listensOnAllOfIpv6AndIpv4() throws Exception {
    try (Backend backend = start("::")) {
      for (int port : List.of(backend.grpcPort(), backend.httpPort())) {
        for (String host : hosts("::")) {
          connect(host, port);
        }
        connect("127.0.0.1", port);
      }
    }
  }

  @Test
  void listensOnOneAddressAndNothingElse() throws Exception {
    for (String bind : List.of("127.0.0.1", "127.0.0.2", "::1")) {
      try (Backend backend = start(bind)) {
        for (int port : List.of(backend.grpcPort(), backend.httpPort())) {
          for (String host : List.of("127.0.0.1", "127.0.0.2", "::1")) {
            if (host.equals(bind)) {
              connect(host, port);
            } else {
              assertThatThrownBy(() -> connect(host, port)).isInstanceOf(ConnectException.class);
            }
          }
        }
      }
    }
  }

  private static List<String> hosts(String text) {
    return Addresses.hosts(Addresses.parse(text));
  }

  private static Backend start(String bind) throws IOException {
    return Backend.start(new Backend.Options(Addresses.parse(bind), 0, 0, 10));
  }

  private static void connect(String host, int port) throws IOException {
    new Socket(InetAddress.getByName(host), port).close();
  }
}
