package workshop.wire;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * TLS 1.2 and 1.3 of a port, by the JDK.
 *
 * @param grpc chooses HTTP/2 by ALPN
 * @param http chooses HTTP/1.1 by ALPN
 */
public record Tls(SslContext grpc, SslContext http) {
  /**
   * Reads the files.
   *
   * @param certificate PEM, followed by the certificates of its issuers if there are any between it
   *     and the CA
   * @param key PEM, PKCS #8, without a password
   * @param clientCa PEM: a sender has to show a certificate that one of these issued; empty if it
   *     needs none
   * @throws IOException if a file cannot be used; the message says which one and what to do
   */
  public static Tls of(Path certificate, Path key, Optional<Path> clientCa) throws IOException {
    for (Path file : new Path[] {certificate, key, clientCa.orElse(key)}) {
      if (!Files.isReadable(file)) {
        throw new IOException("cannot read the file " + file);
      }
    }
    SslContextBuilder builder;
    try {
      builder = SslContextBuilder.forServer(certificate.toFile(), key.toFile());
    } catch (IllegalArgumentException e) {
      boolean isKey = e.getMessage().contains("private key");
      String expected =
          isKey
              ? "is not a PEM file with a private key in PKCS #8 without a password. To convert"
                  + " one, type openssl pkcs8 -topk8 -nocrypt -in OLD.key -out NEW.key"
              : "is not a PEM file with a certificate";
      throw new IOException((isKey ? key : certificate) + " " + expected, e);
    }
    builder.sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2");
    if (clientCa.isPresent()) {
      try {
        builder.trustManager(clientCa.get().toFile()).clientAuth(ClientAuth.REQUIRE);
      } catch (IllegalArgumentException e) {
        throw new IOException(clientCa.get() + " is not a PEM file with a certificate", e);
      }
    }
    try {
      return new Tls(
          builder.applicationProtocolConfig(alpn("h2")).build(),
          builder.applicationProtocolConfig(alpn("http/1.1")).build());
    } catch (SSLException e) {
      throw new IOException(
          "%s and %s do not fit together: %s".formatted(certificate, key, e.getMessage()), e);
    }
  }

  /** A sender that offers other protocols hears from the receiver what is wrong. */
  private static ApplicationProtocolConfig alpn(String protocol) {
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        protocol);
  }
}
