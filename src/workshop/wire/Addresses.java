package workshop.wire;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The addresses to listen on, and how others reach them. */
public final class Addresses {
  private Addresses() {}

  /**
   * An address of this machine to listen on.
   *
   * @param text a name, or an address of IPv4 or IPv6; {@code 0.0.0.0} for all of IPv4, {@code ::}
   *     for all of IPv6 and of IPv4
   * @throws IllegalArgumentException if it is none; the message says why
   */
  public static InetAddress parse(String text) {
    InetAddress address;
    try {
      if (text.isBlank()) {
        throw new UnknownHostException();
      }
      address = InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("unknown address " + text);
    }
    if (address.isLinkLocalAddress() && address instanceof Inet6Address) {
      throw new IllegalArgumentException(
          text
              + " is a link-local address. Browsers and exporters accept none in a URL; use one of "
              + hostsHere());
    }
    if (!address.isAnyLocalAddress() && !address.isLoopbackAddress() && !isHere(address)) {
      throw new IllegalArgumentException(
          text + " is not an address of this machine; use one of " + hostsHere());
    }
    return address;
  }

  /**
   * The hosts of URLs that reach what listens on an address, the one for this machine first: one
   * for each network interface if it listens on all. IPv6 addresses are in brackets.
   */
  public static List<String> hosts(InetAddress bind) {
    if (!bind.isAnyLocalAddress()) {
      return List.of(host(bind));
    }
    try {
      return NetworkInterface.networkInterfaces()
          .map(each -> reachable(each, bind instanceof Inet6Address))
          .flatMap(Optional::stream)
          .sorted(Comparator.comparing(address -> !address.isLoopbackAddress()))
          .map(Addresses::host)
          .toList();
    } catch (SocketException e) {
      throw new IllegalStateException("cannot list the network interfaces", e);
    }
  }

  /** Makes the channels that listen on an address, and on no other. */
  public static ChannelFactory<ServerChannel> channels(InetAddress bind) {
    return () -> new NioServerSocketChannel(SelectorProvider.provider(), family(bind));
  }

  /** Without a family, Java listens on all of IPv6, too, where {@code 0.0.0.0} was asked for. */
  static SocketProtocolFamily family(InetAddress bind) {
    return bind instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
  }

  /** The name if it was given as one, otherwise the number. */
  private static String host(InetAddress address) {
    String nameAndNumber = address.toString();
    int slash = nameAndNumber.indexOf('/');
    if (slash > 0) {
      return nameAndNumber.substring(0, slash);
    }
    String number = NetUtil.toAddressString(address);
    return address instanceof Inet6Address ? "[" + number + "]" : number;
  }

  private static Optional<InetAddress> reachable(NetworkInterface each, boolean six) {
    return each.inetAddresses()
        .filter(address -> six || address instanceof Inet4Address)
        .filter(address -> !(address instanceof Inet6Address && address.isLinkLocalAddress()))
        .min(Comparator.comparing(address -> address instanceof Inet4Address));
  }

  private static boolean isHere(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }

  private static String hostsHere() {
    try {
      return String.join(", ", hosts(InetAddress.getByName("::"))).replaceAll("[\\[\\]]", "");
    } catch (UnknownHostException e) {
      throw new IllegalStateException("a number needs no look-up", e);
    }
  }
}
