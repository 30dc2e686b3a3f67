package workshop.wire;

import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateExpiredException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Why a TLS handshake failed, in words: the JDK's own are those of the protocol. */
final class TlsFailure {
  static final String CLOSED_AFTER_HANDSHAKE =
      "the sender closed the connection after the handshake, without a request; does the"
          + " certificate name the host in the sender's endpoint?";

  static final String UNKNOWN_CA =
      "the sender does not trust this certificate (unknown CA); give it the CA that issued it";

  static final String EXPIRED = "the sender rejects this certificate because it has expired";

  static final String REJECTED =
      "the sender rejects this certificate: unknown CA, expired, or not for the endpoint's host";

  static final String NO_CERTIFICATE =
      "no client certificate; this port requires one of its client CA";

  /** A part of what the JDK says, in lower case, and what it means; no message has two of them. */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("alert: certificate_expired", EXPIRED),
          Map.entry("alert: unknown_ca", UNKNOWN_CA),
          Map.entry("alert: certificate_unknown", REJECTED),
          Map.entry("alert: bad_certificate", REJECTED),
          Map.entry("empty client certificate chain", NO_CERTIFICATE),
          Map.entry("pkix path", "the client certificate is not of the client CA of this port"),
          Map.entry("is not enabled", "the sender offers neither TLS 1.2 nor TLS 1.3"),
          Map.entry("no cipher suites in common", "no cipher suite in common with the sender"),
          Map.entry("handshake timed out", "the handshake was not complete in time"));

  /** How an alert without encryption begins: its type, version 3.3 and length 2. */
  private static final String ALERT = "\u0015\u0003\u0003\u0000\u0002";

  private TlsFailure() {}

  static String of(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof CertificateExpiredException) {
        return "the client certificate has expired";
      }
      if (each instanceof ClosedChannelException) {
        return "the sender closed the connection during the handshake; it may reject the certificate";
      }
    }
    String said = String.valueOf(cause.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    return WORDS.entrySet().stream()
        .filter(word -> lower.contains(word.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(said);
  }

  /**
   * The reason in an alert that was not encrypted. OpenSSL sends such a one in TLS 1.3 if it
   * rejects a certificate; the JDK says only that it cannot decrypt it.
   *
   * @param record as it came, a character for each byte
   * @see <a href="https://www.rfc-editor.org/rfc/rfc8446#section-6">RFC 8446, 6</a>
   */
  static Optional<String> ofRecord(String record) {
    if (!record.startsWith(ALERT) || record.length() < ALERT.length() + 2) {
      return Optional.empty();
    }
    return switch (record.charAt(ALERT.length() + 1)) {
      case 42, 46 -> Optional.of(REJECTED);
      case 45 -> Optional.of(EXPIRED);
      case 48 -> Optional.of(UNKNOWN_CA);
      default -> Optional.empty();
    };
  }
}
